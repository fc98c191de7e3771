package io.sirocco.engine;

import io.sirocco.cache.BlockPool;
import io.sirocco.engine.Completion.Code;
import io.sirocco.engine.Completion.RowError;
import io.sirocco.kernel.Kernels;
import io.sirocco.kernel.KvLayout;
import io.sirocco.kernel.KvType;
import io.sirocco.model.ModelConfig;
import io.sirocco.model.Transformer;
import io.sirocco.text.ChatTemplate;
import io.sirocco.text.InvalidMessagesException;
import io.sirocco.text.SpecialTokens;
import io.sirocco.text.Tokenizer;
import io.sirocco.text.TokenizerException;
import io.sirocco.text.jinja.TemplateException;
import io.sirocco.weights.Checkpoint;
import io.sirocco.weights.ModelException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A loaded model that answers requests; one per JVM. Safe for many threads: each submits its rows and waits for their futures, while
 * one scheduler runs them together. An answer is a function of the request and the model alone, whatever runs beside it.
 */
public final class Engine implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

    /** Changes whenever the arithmetic does, in any bit; part of every fingerprint. */
    private static final String NUMERICS = "1";

    private final Transformer model;
    private final Optional<Tokenizer> tokenizer;
    private final PromptEncoder prompts;
    private final SpecialTokens specialTokens;
    private final EngineOptions options;
    private final BlockPool pool;
    private final Scheduler scheduler;
    private final String fingerprint;

    private Engine(Transformer model, Checkpoint checkpoint, Optional<Tokenizer> tokenizer, EngineOptions asked) {
        this.model = model;
        this.tokenizer = tokenizer;
        prompts = new PromptEncoder(
                checkpoint.path(),
                tokenizer,
                ChatTemplate.open(checkpoint),
                model.config().vocabSize());
        specialTokens = SpecialTokens.of(checkpoint);
        fingerprint = fingerprint(checkpoint);
        options = asked.resolve(model, machineMemory());
        KvLayout layout = model.kvLayout(KvType.F32);
        long blocks = options.memoryBytes() / layout.blockBytes();
        if (blocks < model.config().layers()) {
            throw new ModelException("engine-memory is " + options.memoryBytes() + " bytes; this model needs at least "
                    + layout.blockBytes() * model.config().layers() + " for 16 tokens");
        }
        pool = new BlockPool(layout, (int) Math.min(Integer.MAX_VALUE, blocks));
        Kernels kernels = Kernels.get();
        scheduler = new Scheduler(model, kernels, options, pool);
        LOG.info(
                "{}: {} on {} threads, up to {} rows in flight, chunks of {} tokens, {} MiB for keys and values",
                checkpoint.path().getFileName(),
                kernels.name(),
                options.threads(),
                options.maxBatch(),
                options.chunk(),
                options.memoryBytes() >> 20);
    }

    /**
     * Loads a model.
     *
     * @param model a local model directory or GGUF file
     * @throws ModelException if it cannot be used; the message is for people
     * @throws TokenizerException if its tokenizer or chat template cannot
     */
    public static Engine open(Path model, EngineOptions options) {
        try (Checkpoint checkpoint = Checkpoint.open(model)) {
            Transformer transformer = Transformer.load(checkpoint, Kernels.get());
            Optional<Tokenizer> tokenizer = Optional.empty();
            try {
                tokenizer = Tokenizer.open(checkpoint);
                return new Engine(transformer, checkpoint, tokenizer, options);
            } catch (RuntimeException e) {
                tokenizer.ifPresent(Tokenizer::close);
                transformer.close();
                throw e;
            }
        }
    }

    private static long machineMemory() {
        return ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
                .getTotalMemorySize();
    }

    /** Never throws for a bad row: its completion holds the error. Cancelling the future takes the row out within one step. */
    public CompletableFuture<Completion> submit(Request request) {
        CompletableFuture<Completion> future = new CompletableFuture<>();
        try {
            int[] prompt = prompts.encode(request.prompt());
            checkLength(prompt.length, request.params());
            if (tokenizer.isEmpty() && !request.params().stop().isEmpty()) {
                throw new RowException(Code.INVALID_PARAMS, "stop needs a tokenizer, which this model does not have");
            }
            scheduler.submit(new Sequence(request, prompt, specialTokens.eos(), tokenizer, future));
        } catch (RuntimeException e) {
            future.complete(Sequence.failed(errorOf(e), 0));
        }
        return future;
    }

    private void checkLength(int promptTokens, SamplingParams params) {
        ModelConfig config = model.config();
        long tokens = (long) promptTokens + params.maxTokens();
        if (tokens > config.contextLength()) {
            throw new RowException(
                    Code.PROMPT_TOO_LONG,
                    "the prompt's " + promptTokens + " tokens and max-tokens " + params.maxTokens()
                            + " exceed the model's context of " + config.contextLength());
        }
        long peak = scheduler.peakBlocks((int) tokens - 1);
        if (peak > pool.size()) {
            long bytes = pool.layout().blockBytes();
            throw new RowException(
                    Code.PROMPT_TOO_LONG,
                    "the row needs " + ((peak * bytes) >> 20) + " MiB for keys and values; engine-memory has "
                            + ((pool.size() * bytes) >> 20) + " MiB");
        }
    }

    private static RowError errorOf(RuntimeException e) {
        return switch (e) {
            case RowException row -> row.error();
            case InvalidMessagesException _ -> new RowError(Code.INVALID_MESSAGES, e.getMessage());
            case TemplateException _ -> new RowError(Code.TEMPLATE_ERROR, e.getMessage());
            case TokenizerException _ -> new RowError(Code.TOKENIZER_ERROR, e.getMessage());
            default -> new RowError(Code.INTERNAL, e.toString());
        };
    }

    /** What has been done so far. */
    public EngineStats stats() {
        return scheduler.stats();
    }

    /** Identifies the model's content and the revision of the arithmetic; see {@link #fingerprint(Checkpoint)}. */
    public String fingerprint() {
        return fingerprint;
    }

    /** The fingerprint that an engine of this model gives its answers: 16 hex digits. */
    public static String fingerprint(Checkpoint checkpoint) {
        return sha256(checkpoint.fingerprint() + ":" + NUMERICS).substring(0, 16);
    }

    /** The options in force, nothing automatic. */
    public EngineOptions options() {
        return options;
    }

    /** Most sequences in flight. */
    public int maxBatch() {
        return options.maxBatch();
    }

    /** Ends at once; rows in flight end as errors. */
    @Override
    public void close() {
        scheduler.close();
        pool.close();
        tokenizer.ifPresent(Tokenizer::close);
        model.close();
    }

    private static String sha256(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
