package io.sirocco.engine;

import io.sirocco.engine.Completion.Code;
import io.sirocco.text.ChatTemplate;
import io.sirocco.text.TokenPair;
import io.sirocco.text.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Turns a row's prompt into token ids, or says what is wrong with it. */
final class PromptEncoder {

    private final Path model;
    private final Optional<Tokenizer> tokenizer;
    private final Optional<ChatTemplate> template;
    private final int vocabSize;

    PromptEncoder(Path model, Optional<Tokenizer> tokenizer, Optional<ChatTemplate> template, int vocabSize) {
        this.model = model;
        this.tokenizer = tokenizer;
        this.template = template;
        this.vocabSize = vocabSize;
    }

    int[] encode(Prompt prompt) {
        int[] ids = switch (prompt) {
            case Prompt.Text(String text) -> encode(text);
            case Prompt.Chat chat -> chat(chat);
            case Prompt.Ids(List<Integer> given) ->
                given.stream().mapToInt(Integer::intValue).toArray();
        };
        if (ids.length == 0) {
            throw new RowException(Code.EMPTY_PROMPT, "the prompt has no tokens");
        }
        return inVocabulary(ids);
    }

    /** The ids of a continuation to score. */
    int[] continuation(List<Integer> ids) {
        if (ids.isEmpty()) {
            throw new RowException(Code.INVALID_PARAMS, "a continuation has no tokens; expected at least one");
        }
        return inVocabulary(ids.stream().mapToInt(Integer::intValue).toArray());
    }

    /**
     * Texts to score after a prompt, as tokens. Each is encoded together with the prompt, and scored from where the first of them departs
     * from the prompt's own tokens: if a tokenizer joins one to the prompt's last characters, those count with all of them. So does white
     * space at the end of a text, which tokenizers join to a word that follows; a chat has what its template ends with.
     */
    ScoreRequest score(Prompt context, List<String> continuations) {
        List<TokenPair> pairs = switch (context) {
            case Prompt.Text(String text) -> pairs(text.stripTrailing(), text, continuations, true);
            case Prompt.Chat chat -> {
                String rendered = render(chat);
                yield pairs(rendered, rendered, continuations, false);
            }
            case Prompt.Ids(List<Integer> ids) ->
                continuations.stream()
                        .map(text -> new TokenPair(ids, boxed(tokenizer().encode(text, false))))
                        .toList();
        };
        for (int i = 0; i < pairs.size(); i++) {
            if (pairs.get(i).continuation().isEmpty()) {
                throw new RowException(
                        Code.INVALID_PARAMS,
                        "\"" + continuations.get(i) + "\" has no tokens of its own after the prompt");
            }
        }
        List<Integer> shared = pairs.isEmpty() ? List.of() : pairs.getFirst().context();
        return new ScoreRequest(
                new Prompt.Ids(shared),
                pairs.stream().map(TokenPair::continuation).toList());
    }

    /** @param own what of the context has tokens of its own */
    private List<TokenPair> pairs(String own, String context, List<String> continuations, boolean special) {
        if (own.isEmpty()) {
            throw new RowException(Code.EMPTY_PROMPT, "the prompt is empty");
        }
        List<Integer> tokens = boxed(tokenizer().encode(own, special));
        List<List<Integer>> whole = continuations.stream()
                .map(text -> boxed(tokenizer().encode(context + text, special)))
                .toList();
        int shared = whole.stream().mapToInt(ids -> common(tokens, ids)).min().orElse(tokens.size());
        if (shared == 0) {
            throw new RowException(
                    Code.INVALID_PARAMS,
                    "the tokenizer joins the prompt as a whole to what is scored after it; expected a longer prompt");
        }
        return whole.stream()
                .map(ids -> new TokenPair(ids.subList(0, shared), ids.subList(shared, ids.size())))
                .toList();
    }

    /** How many tokens two lists begin with alike. */
    private static int common(List<Integer> a, List<Integer> b) {
        int count = 0;
        while (count < Math.min(a.size(), b.size()) && a.get(count).equals(b.get(count))) {
            count++;
        }
        return count;
    }

    private static List<Integer> boxed(int[] ids) {
        return IntStream.of(ids).boxed().toList();
    }

    private int[] inVocabulary(int[] ids) {
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] < 0 || ids[i] >= vocabSize) {
                throw new RowException(
                        Code.TOKENIZER_ERROR,
                        "token id " + ids[i] + " at index " + i + " is outside the vocabulary, 0 to "
                                + (vocabSize - 1));
            }
        }
        return ids;
    }

    private int[] encode(String text) {
        if (text.isEmpty()) {
            throw new RowException(Code.EMPTY_PROMPT, "the prompt is empty");
        }
        return tokenizer().encode(text, true);
    }

    private int[] chat(Prompt.Chat chat) {
        return tokenizer().encode(render(chat), false);
    }

    private String render(Prompt.Chat chat) {
        ChatTemplate found = template.orElseThrow(() -> new RowException(
                Code.TEMPLATE_ERROR, model.getFileName() + " has no chat template; give a prompt instead of messages"));
        return found.render(chat.messages(), true);
    }

    private Tokenizer tokenizer() {
        return tokenizer.orElseThrow(() -> new RowException(
                Code.TOKENIZER_ERROR, model.getFileName() + " has no tokenizer; give token_ids instead of text"));
    }
}
