package io.sirocco.engine;

import io.sirocco.engine.Completion.Code;
import io.sirocco.text.ChatTemplate;
import io.sirocco.text.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

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
        ChatTemplate found = template.orElseThrow(() -> new RowException(
                Code.TEMPLATE_ERROR, model.getFileName() + " has no chat template; give a prompt instead of messages"));
        return tokenizer().encode(found.render(chat.messages(), true), false);
    }

    private Tokenizer tokenizer() {
        return tokenizer.orElseThrow(() -> new RowException(
                Code.TOKENIZER_ERROR, model.getFileName() + " has no tokenizer; give token_ids instead of text"));
    }
}
