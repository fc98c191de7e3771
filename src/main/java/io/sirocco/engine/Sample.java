package io.sirocco.engine;

import io.sirocco.engine.Completion.Code;
import io.sirocco.engine.Completion.FinishReason;
import io.sirocco.engine.Completion.Output;
import io.sirocco.engine.Completion.TokenLogprobs;
import io.sirocco.engine.constraint.AllowedTokens;
import io.sirocco.engine.constraint.CompiledConstraint;
import io.sirocco.kernel.Worker;
import io.sirocco.text.IncrementalDetokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** One sample of a {@link Generation}: the prompt and the answer as it grows. */
final class Sample implements Sequence {

    private final Generation group;
    private final int index;
    private final EndConditions ends;
    private final SamplingState sampling;
    private final Tokens tokens; // prompt, then answer
    private final double[] promptLogprobs; // by token, the first being none; empty if nobody asks this sample for them
    private final List<TokenLogprobs> answer = new ArrayList<>();
    private final StopText stopText; // null unless there are stop texts
    private final IncrementalDetokenizer detokenizer; // likewise
    private int promptLogprobsKnown = 1;
    private final TokenLogprobs[] read; // by token of the answer; what is not accepted yet
    private FinishReason finishReason;
    private String stopReason;
    private boolean stopTextFound;
    private int spokenTokens; // of the answer, those that are part of its text
    private double cumulativeLogprob;

    /** @param constraint what the answer must be, or null */
    Sample(Generation group, int index, EndConditions ends, CompiledConstraint constraint) {
        SamplingParams params = group.params();
        int[] prompt = group.prompt();
        this.group = group;
        this.index = index;
        this.ends = ends;
        sampling = new SamplingState(
                params, new CounterRandom(params.seed(), group.id(), index), prompt, ends.endIds(params), constraint);
        read = new TokenLogprobs[params.maxTokens()];
        tokens = new Tokens(Arrays.copyOf(prompt, prompt.length + params.maxTokens()), prompt.length, prompt.length);
        // The first sample finds them for all.
        promptLogprobs = new double[index == 0 && params.promptLogprobs() ? prompt.length : 0];
        boolean stops = !params.stop().isEmpty();
        stopText = stops ? new StopText(params.stop(), params.includeStop()) : null;
        detokenizer = stops ? ends.tokenizer().orElseThrow().detokenizer(true) : null;
    }

    @Override
    public Generation group() {
        return group;
    }

    @Override
    public Tokens tokens() {
        return tokens;
    }

    private SamplingParams params() {
        return group.params();
    }

    @Override
    public boolean isFinished() {
        return finishReason != null;
    }

    @Override
    public int firstWanted() {
        return promptLogprobsKnown < promptLogprobs.length
                ? promptLogprobsKnown - 1
                : tokens.promptTokens() + answer.size() - 1;
    }

    private boolean isPrompt(int position) {
        return position < tokens.promptTokens();
    }

    @Override
    public boolean read(int position, float[] logits, int o, int n, Sampler sampler, Worker worker) {
        int next = position + 1;
        if (isPrompt(next)) {
            promptLogprobs[next] = logits[o + tokens.ids()[next]] - sampler.logSum(logits, o, n, worker);
            return !Double.isNaN(promptLogprobs[next]);
        }
        int place = next - tokens.promptTokens();
        read[place] = next < tokens.length()
                ? sampler.given(tokens.ids()[next], logits, o, n, params(), worker)
                : sampler.sample(logits, o, n, sampling, worker);
        return read[place] != null;
    }

    @Override
    public void accept(int position) {
        if (isPrompt(position + 1)) {
            promptLogprobsKnown = position + 2;
        } else {
            int place = position + 1 - tokens.promptTokens();
            TokenLogprobs token = read[place];
            read[place] = null;
            if (position + 1 == tokens.length()) {
                append(token);
            } else {
                record(token);
            }
        }
    }

    /** The next token is known, and with it all that follow because the constraint leaves no choice. */
    private void take(int id) {
        tokens.append(id);
        sampling.accept(id);
        if (!sampling.isConstrained()) {
            return;
        }
        int last = id;
        while (!tokens.isFull() && !ends.endOfSequence().contains(last)) {
            AllowedTokens allowed = sampling.allowed();
            if (allowed.count() != 1) {
                requireWay(allowed);
                return;
            }
            last = allowed.id(0);
            tokens.append(last);
            sampling.accept(last);
        }
        tokens.end();
    }

    /** Where no token is left, the answer is at its end, or at one of the texts for which the vocabulary has no tokens. */
    private void requireWay(AllowedTokens allowed) {
        if (allowed.count() > 0) {
            return;
        }
        if (!sampling.mayEnd()) {
            throw new RowException(
                    Code.CONSTRAINT_ERROR, "the model's vocabulary has no token with which the answer could go on");
        }
        tokens.end();
    }

    /** Of each token of the prompt, null for the first; null if not asked for. */
    List<Double> promptLogprobs() {
        return promptLogprobs.length == 0
                ? null
                : IntStream.range(0, promptLogprobs.length)
                        .mapToObj(i -> i == 0 ? null : promptLogprobs[i])
                        .toList();
    }

    /** The next token of the answer, which was not known yet. */
    void append(TokenLogprobs token) {
        take(token.tokenId());
        record(token);
    }

    /** Adds a token that is known to the answer; decides whether it ends here. */
    private void record(TokenLogprobs token) {
        int id = token.tokenId();
        if (answer.isEmpty()) {
            group.begins(this);
        }
        answer.add(token);
        cumulativeLogprob += token.logprob();

        // A constraint that leaves nothing else ends an answer before its fewest tokens.
        boolean early = !sampling.isConstrained() && answer.size() <= params().minTokens();
        boolean endOfSequence =
                !early && !params().ignoreEos() && ends.endOfSequence().contains(id);
        boolean stopToken = !early && !endOfSequence && params().stopTokenIds().contains(id);
        boolean ended = endOfSequence || stopToken;
        boolean full = answer.size() == params().maxTokens();
        // An answer that nothing can follow has ended, even if the model has no token for that.
        boolean nothingLeft = !full && tokens.isWhole() && tokens.promptTokens() + answer.size() == tokens.length();
        String stop = stopText == null ? null : findStop(id, ended, full, early);
        stopTextFound = stop != null;
        spokenTokens = endOfSequence || (stopToken && !params().includeStop()) ? answer.size() - 1 : answer.size();
        if (ended || stopTextFound || nothingLeft) {
            finishReason = FinishReason.STOP;
            stopReason = stop == null && stopToken ? Integer.toString(id) : stop;
        } else if (full) {
            finishReason = FinishReason.LENGTH;
        }
    }

    /** The stop text that the answer runs into with this token, or in what the detokenizer held back if it is the last. */
    private String findStop(int id, boolean ended, boolean full, boolean early) {
        String piece = ended ? "" : detokenizer.accept(id);
        if (early) {
            stopText.pass(piece);
            return null;
        }
        String stop = stopText.add(piece);
        return stop == null && (ended || full) ? stopText.add(detokenizer.finish()) : stop;
    }

    /** The whole answer. */
    Output output() {
        int[] answerIds = Arrays.copyOfRange(tokens.ids(), tokens.promptTokens(), tokens.length());
        return new Output(
                index,
                text(answerIds),
                Arrays.stream(answerIds).boxed().toList(),
                finishReason,
                stopReason,
                cumulativeLogprob,
                params().logprobs() < 0 ? null : List.copyOf(answer));
    }

    private String text(int[] answerIds) {
        if (stopTextFound) {
            return stopText.text();
        }
        int[] spoken = Arrays.copyOf(answerIds, spokenTokens);
        return ends.tokenizer().map(t -> t.decode(spoken, true)).orElse(null);
    }
}
