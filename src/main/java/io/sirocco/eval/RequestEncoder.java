package io.sirocco.eval;

import io.sirocco.eval.Instance.Generate;
import io.sirocco.eval.Instance.Loglikelihood;
import io.sirocco.text.TokenPair;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Texts to tokens, as lm-evaluation-harness does it for a causal model of transformers. */
final class RequestEncoder {

    private final EvalModel model;

    RequestEncoder(EvalModel model) {
        this.model = model;
    }

    /**
     * The tokens of a context and of a continuation, see {@link TokenPair#encode}. Without a context the prefix token is it.
     */
    TokenPair encode(Loglikelihood asked) {
        List<Integer> context;
        List<Integer> continuation;
        if (asked.context().isEmpty()) {
            context = List.of(model.prefixToken());
            continuation = tokens(asked.continuation(), false);
            if (continuation.size() > 1 && continuation.getFirst() == model.prefixToken()) {
                continuation = continuation.subList(1, continuation.size());
            }
        } else {
            TokenPair pair = TokenPair.encode(model.tokenizer(), asked.context(), asked.continuation(), true);
            context = pair.context();
            if (context.isEmpty()) {
                throw new EvalException("the context is whitespace only, so it has no tokens of its own");
            }
            continuation = pair.continuation();
        }
        if (continuation.isEmpty()) {
            throw new EvalException("the continuation \"" + asked.continuation() + "\" has no tokens of its own");
        }
        if (continuation.size() > model.maxLength()) {
            throw new EvalException(
                    "a continuation has " + continuation.size() + " tokens; max-length is " + model.maxLength());
        }
        int room = model.maxLength() + 1 - continuation.size(); // the last token is scored, not fed
        return new TokenPair(last(context, room), continuation);
    }

    /**
     * A text of any length in windows of max-length tokens: each token is scored once, and of the tokens before it those count that are
     * in its window.
     */
    List<TokenPair> windows(String text) {
        List<Integer> tokens = tokens(text, true);
        List<TokenPair> windows = new ArrayList<>();
        int first = Math.min(model.maxLength(), tokens.size());
        if (first > 0) {
            windows.add(new TokenPair(List.of(model.prefixToken()), tokens.subList(0, first)));
        }
        for (int done = first; done < tokens.size(); ) {
            int end = Math.min(tokens.size(), done + model.maxLength());
            windows.add(new TokenPair(tokens.subList(end - model.maxLength() - 1, done), tokens.subList(done, end)));
            done = end;
        }
        return windows;
    }

    /** A prompt to go on from, without its beginning if there would be no room for the answer. */
    Work.Generate generate(String name, Generate asked, int repeats) {
        int answer = GenerationOptions.maxTokens(new Fields("generation_kwargs", asked.options()));
        int room = model.maxLength() - answer;
        if (room < 1) {
            throw new EvalException(
                    "generation_kwargs: max_gen_toks is " + answer + "; max-length is " + model.maxLength());
        }
        List<Integer> prompt = last(tokens(asked.context(), true), room);
        return Work.Generate.of(name, prompt, GenerationOptions.params(asked.options(), this::specialToken, repeats));
    }

    private int specialToken(String text) {
        int id = model.tokenizer().tokenId(text);
        return id >= 0 && model.tokenizer().decode(new int[] {id}, true).isEmpty() ? id : -1;
    }

    private List<Integer> tokens(String text, boolean special) {
        return IntStream.of(model.tokenizer().encode(text, special)).boxed().toList();
    }

    private static List<Integer> last(List<Integer> tokens, int n) {
        return tokens.subList(Math.max(0, tokens.size() - n), tokens.size());
    }
}
