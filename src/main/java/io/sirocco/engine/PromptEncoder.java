package io.sirocco.engine;

import io.sirocco.engine.Completion.Code;
import io.sirocco.text.ChatTemplate;
import io.sirocco.text.TokenPair;
import io.sirocco.text.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
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
     * Texts to score after a prompt, as tokens. After text, they are encoded together with it, see {@link TokenPair#encode}. After a chat
     * they follow what the template ends with, white space included, unless the tokenizer joins that to one of them.
     */
    ScoreRequest score(Prompt context, List<String> continuations) {
        List<TokenPair> pairs = switch (context) {
            case Prompt.Text(String text) -> pairs(text, continuations, true);
            case Prompt.Chat chat -> after(render(chat), continuations);
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

    private List<TokenPair> pairs(String context, List<String> continuations, boolean special) {
        if (context.isBlank()) {
            throw new RowException(Code.EMPTY_PROMPT, "the prompt is empty");
        }
        return continuations.stream()
                .map(text -> TokenPair.encode(tokenizer(), context, text, special))
                .toList();
    }

    private List<TokenPair> after(String chat, List<String> continuations) {
        List<Integer> context = boxed(tokenizer().encode(chat, false));
        List<TokenPair> pairs = new ArrayList<>();
        for (String text : continuations) {
            List<Integer> whole = boxed(tokenizer().encode(chat + text, false));
            if (whole.size() < context.size()
                    || !whole.subList(0, context.size()).equals(context)) {
                return pairs(chat, continuations, false);
            }
            pairs.add(new TokenPair(context, whole.subList(context.size(), whole.size())));
        }
        return pairs;
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
