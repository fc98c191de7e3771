package io.sirocco.engine;

import io.sirocco.cache.BlockPool;
import io.sirocco.engine.Completion.Code;
import io.sirocco.engine.Completion.RowError;
import io.sirocco.engine.constraint.CompiledConstraint;
import io.sirocco.engine.constraint.ConstraintException;
import io.sirocco.engine.constraint.Constraints;
import io.sirocco.kernel.Kernels;
import io.sirocco.kernel.KvLayout;
import io.sirocco.kernel.KvType;
import io.sirocco.model.ModelConfig;
import io.sirocco.model.ModelPacker;
import io.sirocco.model.Transformer;
import io.sirocco.text.ChatTemplate;
import io.sirocco.text.InvalidMessagesException;
import io.sirocco.text.SpecialTokens;
import io.sirocco.text.Tokenizer;
import io.sirocco.text.TokenizerException;
import io.sirocco.text.jinja.TemplateException;
import io.sirocco.weights.Checkpoint;
import io.sirocco.weights.ModelException;
import io.sirocco.weights.PackedWeights;
import io.sirocco.weights.WeightCache;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A loaded model that answers requests; one per JVM. Safe for many threads: each submits its rows and waits for their futures, while
 * one scheduler runs them together. An answer is a function of the request and the model alone, whatever runs beside it.
 */
public final class Engine implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

    /** Changes whenever the arithmetic does, in any bit; part of every fingerprint. */
    static final String NUMERICS = "2";

    private final Transformer model;
    private final PromptEncoder prompts;
    private final EndConditions ends;
    private final Optional<Constraints> constraints;
    private final EngineOptions options;
    private final BufferAllocator allocator = new RootAllocator();
    private final BlockPool pool;
    private final EngineLoop loop;
    private final String fingerprint;
    private int unanswered; // guarded by this
    private boolean draining; // guarded by this
    private boolean closing; // guarded by this

    private Engine(Transformer model, Checkpoint checkpoint, Optional<Tokenizer> tokenizer, EngineOptions asked) {
        this.model = model;
        int vocabSize = model.config().vocabSize();
        prompts = new PromptEncoder(checkpoint.path(), tokenizer, ChatTemplate.open(checkpoint), vocabSize);
        ends = new EndConditions(
                SpecialTokens.of(checkpoint).eos().stream()
                        .filter(id -> id < vocabSize)
                        .collect(Collectors.toSet()),
                tokenizer);
        constraints = tokenizer.map(known -> new Constraints(known, vocabSize, ends.endOfSequence()));
        fingerprint = fingerprint(checkpoint, asked.kvType());
        options = asked.resolve(model, machineMemory(), Runtime.getRuntime().maxMemory() + checkpoint.bytes());
        pool = pool(model, options, allocator);
        try {
            loop = new EngineLoop(model, options, pool);
        } catch (RuntimeException | Error e) {
            pool.close();
            throw e;
        }
        LOG.info("{}: {}", checkpoint.path().getFileName(), description());
    }

    private static BlockPool pool(Transformer model, EngineOptions options, BufferAllocator allocator) {
        KvLayout layout = model.kvLayout(options.kvType());
        long blocks = options.memoryBytes() / layout.blockBytes();
        if (blocks < model.config().layers()) {
            throw new ModelException("engine-memory is " + options.memoryBytes() + " bytes; this model needs at least "
                    + layout.blockBytes() * model.config().layers() + " for 16 tokens");
        }
        try {
            return new BlockPool(allocator, layout, (int) Math.min(Integer.MAX_VALUE - 8, blocks));
        } catch (OutOfMemoryError e) {
            throw new ModelException(
                    "the system has no " + (options.memoryBytes() >> 20)
                            + " MiB for keys and values; give the engine less with engine-memory",
                    e);
        }
    }

    /**
     * Loads a model. Its weights are mapped: its own if it is packed, else those of the {@link WeightCache}, where a model's first load
     * packs them.
     *
     * @param model a local model directory or GGUF file
     * @throws ModelException if it cannot be used; the message is for people
     * @throws TokenizerException if its tokenizer or chat template cannot
     */
    public static Engine open(Path model, EngineOptions options) {
        try (Checkpoint checkpoint = Checkpoint.open(model)) {
            Optional<PackedWeights> packed = ModelPacker.packed(checkpoint, WeightCache.fromEnvironment());
            return open(checkpoint, packed, options, Kernels.get());
        }
    }

    /** A model that is open already, packed into memory, with the arithmetic of one's own choice. */
    static Engine open(Checkpoint checkpoint, EngineOptions options, Kernels kernels) {
        return open(checkpoint, Optional.empty(), options, kernels);
    }

    private static Engine open(
            Checkpoint checkpoint, Optional<PackedWeights> packed, EngineOptions options, Kernels kernels) {
        Transformer transformer = Transformer.load(checkpoint, packed, kernels);
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

    private static long machineMemory() {
        return ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
                .getTotalMemorySize();
    }

    /**
     * Never throws for a bad row: its completion holds the error. Cancelling the future takes the row out within one step; whatever
     * depends on the future runs on the thread of the steps, so it should be short.
     */
    public CompletableFuture<Completion> submit(Request request) {
        return submit(future -> generation(request, future), error -> Completion.failed(error, 0));
    }

    /**
     * Scores continuations of a context. The context is computed once, and not at all as far as the prefix cache has it. Errors,
     * cancelling and threads are as for {@link #submit(Request)}.
     */
    public CompletableFuture<Scores> score(ScoreRequest request) {
        return submit(future -> scoring(request, future), error -> Scores.failed(error, 0));
    }

    /**
     * Scores texts that continue a prompt, as they are: a space between the two is theirs to bring. A text without tokens of its own is an
     * error. Otherwise as {@link #score(ScoreRequest)}.
     */
    public CompletableFuture<Scores> score(Prompt context, List<String> continuations) {
        return submit(
                future -> scoring(prompts.score(context, continuations), future), error -> Scores.failed(error, 0));
    }

    private <T> CompletableFuture<T> submit(
            Function<CompletableFuture<T>, SequenceGroup> group, Function<RowError, T> failed) {
        CompletableFuture<T> future = new CompletableFuture<>();
        if (!register(future)) {
            future.complete(
                    failed.apply(new RowError(Code.INTERNAL, "the engine is being closed and takes no more rows")));
            return future;
        }
        try {
            loop.submit(group.apply(future));
        } catch (RuntimeException | Error e) {
            // An error of the JVM, too: the future is counted, so that draining would wait for it forever.
            future.complete(failed.apply(errorOf(e)));
        }
        return future;
    }

    private Generation generation(Request request, CompletableFuture<Completion> future) {
        int[] prompt = prompts.encode(request.prompt());
        check(request.params());
        int maxTokens = request.params().maxTokens();
        long tokens = (long) prompt.length + maxTokens;
        fit("the prompt's " + prompt.length + " tokens and max-tokens " + maxTokens, tokens, tokens - 1);
        return new Generation(request, prompt, ends, constraint(request.params()), future);
    }

    private CompiledConstraint constraint(SamplingParams params) {
        if (params.constraint() == null) {
            return null;
        }
        CompiledConstraint compiled = constraints
                .orElseThrow(() -> new RowException(
                        Code.INVALID_PARAMS,
                        "choices, regex and json-schema need a tokenizer, which this model does not have"))
                .compile(params.constraint());
        if (compiled.allowed(CompiledConstraint.START, true, CompiledConstraint.NO_LIMIT)
                        .count()
                == 0) {
            throw new RowException(
                    Code.CONSTRAINT_ERROR, "the model's vocabulary has no token with which an answer could begin");
        }
        if (params.complete() && compiled.fewestTokens() > params.maxTokens()) {
            throw new RowException(
                    Code.CONSTRAINT_ERROR,
                    "max-tokens is " + params.maxTokens() + ", too few to complete any answer that is allowed"
                            + (compiled.fewestTokens() < CompiledConstraint.NEVER
                                    ? "; the shortest takes " + compiled.fewestTokens()
                                    : ""));
        }
        return compiled;
    }

    private Scoring scoring(ScoreRequest request, CompletableFuture<Scores> future) {
        int[] context = prompts.encode(request.context());
        List<int[]> continuations =
                request.continuations().stream().map(prompts::continuation).toList();
        int longest = continuations.stream()
                .mapToInt(ids -> ids.length)
                .max()
                .orElseThrow(() -> new RowException(Code.INVALID_PARAMS, "there are no continuations to score"));
        long fed = context.length + longest - 1L; // a continuation's last token is scored only
        fit("the context's " + context.length + " tokens and all but one of a continuation's " + longest, fed, fed);
        return new Scoring(context, continuations, future);
    }

    /**
     * Submits each row of a batch. The batch is read at once, so that it may be closed right after.
     *
     * @param requests see {@link RequestBatch}
     * @param defaults the parameters that a row does not set
     * @return the completions in the order of the requests, see {@link CompletionBatch}: memory of {@link #allocator} that the caller
     *     owns, unless the engine was being closed before all rows were answered; as such a batch outlives the engine, it is in books of
     *     its own. Cancelling takes the rows out within one step. Whatever depends on the future should be short and must not close
     *     the engine, which waits for it. It fails only if there is no memory for the completions.
     * @throws IllegalArgumentException if the batch as a whole does not fit; rows that do not are errors in their places
     */
    public CompletableFuture<VectorSchemaRoot> submit(VectorSchemaRoot requests, SamplingParams defaults) {
        List<RequestBatch.Row> rows = RequestBatch.read(requests, defaults);
        CompletableFuture<Void> left = new CompletableFuture<>();
        count(left);
        return BatchInFlight.submit(rows, this::submit, this::write, left);
    }

    private VectorSchemaRoot write(List<String> ids, List<Completion> completions) {
        BufferAllocator books;
        synchronized (this) {
            books = closing ? new RootAllocator() : allocator;
        }
        return CompletionBatch.write(ids, completions, fingerprint, books);
    }

    private synchronized boolean register(CompletableFuture<?> future) {
        if (draining) {
            return false;
        }
        count(future);
        return true;
    }

    /** Neither draining nor closing ends before the future does. */
    private synchronized void count(CompletableFuture<?> future) {
        unanswered++;
        CompletableFuture<?> _ = future.whenComplete((_, _) -> answered());
    }

    private synchronized void answered() {
        unanswered--;
        notifyAll();
    }

    private void check(SamplingParams params) {
        if (ends.tokenizer().isEmpty() && !params.stop().isEmpty()) {
            throw new RowException(Code.INVALID_PARAMS, "stop needs a tokenizer, which this model does not have");
        }
        int vocabSize = model.config().vocabSize();
        for (int id : params.stopTokenIds()) {
            if (id >= vocabSize) {
                throw new RowException(
                        Code.INVALID_PARAMS,
                        "stop-token-ids has " + id + "; the vocabulary's ids are 0 to " + (vocabSize - 1));
            }
        }
    }

    /**
     * Refuses what has no room.
     *
     * @param what the tokens are, for people
     * @param fed of these, what needs keys and values
     */
    private void fit(String what, long tokens, long fed) {
        ModelConfig config = model.config();
        if (tokens > config.contextLength()) {
            throw new RowException(
                    Code.PROMPT_TOO_LONG, what + " exceed the model's context of " + config.contextLength());
        }
        long least = Scheduler.leastBlocks(config.windows(), (int) fed);
        if (least > pool.size()) {
            long bytes = pool.layout().blockBytes();
            throw new RowException(
                    Code.PROMPT_TOO_LONG,
                    "the row needs " + ((least * bytes) >> 20) + " MiB for keys and values; engine-memory has "
                            + ((pool.size() * bytes) >> 20) + " MiB");
        }
    }

    private static RowError errorOf(Throwable e) {
        return switch (e) {
            case RowException row -> row.error();
            case InvalidMessagesException _ -> new RowError(Code.INVALID_MESSAGES, e.getMessage());
            case TemplateException _ -> new RowError(Code.TEMPLATE_ERROR, e.getMessage());
            case ConstraintException _ -> new RowError(Code.CONSTRAINT_ERROR, e.getMessage());
            case TokenizerException _ -> new RowError(Code.TOKENIZER_ERROR, e.getMessage());
            default -> new RowError(Code.INTERNAL, e.toString());
        };
    }

    /** What has been done so far. */
    public EngineStats stats() {
        return loop.stats();
    }

    /**
     * The books of all memory that the engine holds and gives out. Batches made with it must be closed before the engine, which checks.
     */
    public BufferAllocator allocator() {
        return allocator;
    }

    /** Identifies the model's content and the revision of the arithmetic; see {@link #fingerprint(Checkpoint, KvType)}. */
    public String fingerprint() {
        return fingerprint;
    }

    /** The fingerprint that an engine of this model gives its answers: 16 hex digits. */
    public static String fingerprint(Checkpoint checkpoint, KvType kvType) {
        String rounded = kvType == KvType.F32 ? "" : ":" + kvType;
        return sha256(checkpoint.fingerprint() + ":" + NUMERICS + rounded).substring(0, 16);
    }

    /** Most sequences in flight. */
    public int maxBatch() {
        return options.maxBatch();
    }

    /** How it runs, in one line for people. */
    public String description() {
        KvLayout layout = pool.layout();
        long tokens = pool.size() / model.config().layers() * (long) KvLayout.BLOCK_TOKENS;
        return String.format(
                Locale.ROOT,
                "%s, threads: %d, up to %d rows in flight, chunks of %d tokens, %,d MiB for keys and values of %,d tokens",
                model.kernels().name(),
                options.threads(),
                options.maxBatch(),
                options.chunk(),
                (pool.size() * layout.blockBytes()) >> 20,
                tokens);
    }

    /** Waits until all that has been submitted is answered, and takes no more; {@link #close} it afterwards. */
    public synchronized void drain() throws InterruptedException {
        draining = true;
        while (unanswered > 0) {
            wait();
        }
    }

    /**
     * Ends at once; rows in flight end as errors, see {@link #drain}.
     *
     * @throws IllegalStateException if memory that the engine gave out has not been given back
     */
    @Override
    public void close() {
        synchronized (this) {
            draining = true;
            closing = true;
        }
        loop.close();
        awaitAnswered();
        pool.close();
        ends.tokenizer().ifPresent(Tokenizer::close);
        model.close();
        allocator.close();
    }

    /** Rows are at their end when the loop has closed; what is still to come are batches that a thread is writing into our books. */
    private synchronized void awaitAnswered() {
        boolean interrupted = false;
        while (unanswered > 0) {
            try {
                wait();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
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
