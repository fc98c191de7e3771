package io.sirocco.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sirocco.Shared;
import io.sirocco.text.jinja.TemplateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChatTemplateTest {
    private static final List<Message> CHAT = List.of(new Message("user", " Hi\n"));

    @TempDir
    Path directory;

    @Test
    void rendersSmolLm2sChatsAsTransformersDoes() throws IOException {
        Files.copy(Shared.path("tokenizers", "tokenizer_config.json"), directory.resolve("tokenizer_config.json"));
        ChatTemplate template = open().orElseThrow();
        int rendered = 0;
        for (JsonNode golden : new ObjectMapper()
                .readTree(Shared.path("tokenizers", "templates", "smollm2.json").toFile())) {
            JsonNode context = golden.get("context");
            List<Message> messages = new ArrayList<>();
            boolean textOnly = true;
            for (JsonNode message : context.get("messages")) {
                textOnly &= message.size() == 2 && message.path("content").isTextual();
                messages.add(new Message(
                        message.get("role").textValue(), message.path("content").textValue()));
            }
            if (textOnly && !messages.isEmpty() && golden.has("rendered") && !context.hasNonNull("tools")) {
                assertEquals(
                        golden.get("rendered").textValue(),
                        template.render(
                                messages, context.path("add_generation_prompt").asBoolean()),
                        golden.get("name").textValue());
                rendered++;
            }
        }
        assertTrue(rendered >= 10, () -> "only few goldens are chats of plain messages");
    }

    @Test
    void contentIsPassedOnAsItIsAndSpecialTokensByName() throws IOException {
        config("""
                {"bos_token": {"content": "<s>"}, "eos_token": "</s>", "pad_token": null,
                 "chat_template": "{{ bos_token }}[{{ messages[0].role }}|{{ messages[0]['content'] }}]{{ eos_token }}\
                {{ pad_token is defined }}{{ tools is none }}{{ documents is none }}{{ add_generation_prompt }}"}""");
        assertEquals(
                "<s>[user| Hi\n]</s>FalseTrueTrueTrue", open().orElseThrow().render(CHAT, true));
    }

    @Test
    void specialTokensMapFillsInWhatTheConfigurationLacks() throws IOException {
        config("{\"eos_token\": \"</s>\", \"chat_template\": \"{{ bos_token }}{{ eos_token }}\"}");
        Files.writeString(
                directory.resolve("special_tokens_map.json"), "{\"bos_token\": \"<b>\", \"eos_token\": \"<e>\"}");
        assertEquals("<b></s>", open().orElseThrow().render(CHAT, true));
    }

    @Test
    void aTemplateFileGoesBeforeTheConfiguration() throws IOException {
        config("{\"bos_token\": \"<s>\", \"chat_template\": \"from the configuration\"}");
        Files.writeString(directory.resolve("chat_template.jinja"), "{{ bos_token }}from the file");
        assertEquals("<s>from the file", open().orElseThrow().render(CHAT, true));
    }

    @Test
    void ofSeveralTemplatesTheDefaultIsUsed() throws IOException {
        config("{\"chat_template\": [{\"name\": \"tool_use\", \"template\": \"tools\"},"
                + " {\"name\": \"default\", \"template\": \"plain\"}]}");
        assertEquals("plain", open().orElseThrow().render(CHAT, true));
        config("{\"chat_template\": [{\"name\": \"tool_use\", \"template\": \"tools\"}]}");
        assertRefused("chat_template is a list; expected one of its templates to be named \"default\"");
    }

    @Test
    void ggufTemplatesGetTheirTokensById() {
        ObjectNode metadata = SmallTokenizers.gguf("gpt-2")
                .put("tokenizer.chat_template", "{{ bos_token }}{{ messages[0].content }}{{ eos_token }}");
        assertEquals(
                "<s> Hi\n</s>",
                ChatTemplate.open(StubCheckpoint.gguf(metadata)).orElseThrow().render(CHAT, true));
        metadata.put("tokenizer.ggml.eos_token_id", 1 << 20);
        TokenizerException e =
                assertThrows(TokenizerException.class, () -> ChatTemplate.open(StubCheckpoint.gguf(metadata)));
        assertTrue(e.getMessage().contains("tokenizer.ggml.eos_token_id is 1048576"), e.getMessage());
    }

    @Test
    void aModelWithoutATemplateHasNone() throws IOException {
        assertEquals(Optional.empty(), open());
        config("{}");
        assertEquals(Optional.empty(), open());
        assertEquals(Optional.empty(), ChatTemplate.open(StubCheckpoint.gguf(JsonNodeFactory.instance.objectNode())));
    }

    @Test
    void aTemplateThatDoesNotParseIsRefusedAtLoad() throws IOException {
        config("{\"chat_template\": \"{% frobnicate %}\"}");
        assertRefused("tokenizer_config.json: chat_template: ");
        assertRefused("frobnicate");
    }

    @Test
    void whatTheTemplateRaisesIsTheRowsError() throws IOException {
        config("{\"chat_template\": \"{{ raise_exception('roles must alternate') }}\"}");
        ChatTemplate template = open().orElseThrow();
        TemplateException e = assertThrows(TemplateException.class, () -> template.render(CHAT, true));
        assertEquals("roles must alternate", e.getMessage());
    }

    @Test
    void messagesThatAreNoChatAreRefused() throws IOException {
        config("{\"chat_template\": \"x\"}");
        ChatTemplate template = open().orElseThrow();
        assertInvalid(template, List.of(), "messages is empty; expected at least one message");
        assertInvalid(
                template,
                List.of(CHAT.getFirst(), new Message("assistant", null)),
                "messages[1].content is null; expected text");
        assertInvalid(template, List.of(new Message(null, "Hi")), "messages[0].role is null; expected text");
    }

    @Test
    void aRenderedChatThatBeginsWithBosIsEncodedWithOne() throws IOException {
        config(
                "{\"bos_token\": \"<s>\", \"chat_template\": \"{{ bos_token }}[INST] {{ messages[0].content }}[/INST]\"}");
        Files.writeString(
                directory.resolve("tokenizer.json"),
                SmallTokenizers.sentencePiece().toString());
        String prompt = open().orElseThrow().render(CHAT, true);
        try (Tokenizer tokenizer =
                Tokenizer.open(StubCheckpoint.directory(directory)).orElseThrow()) {
            for (boolean addSpecialTokens : List.of(false, true)) {
                int[] ids = tokenizer.encode(prompt, addSpecialTokens);
                assertEquals(1, ids[0]);
                assertEquals(tokenizer.tokenId("[INST]"), ids[1]);
            }
        }
    }

    private void assertInvalid(ChatTemplate template, List<Message> messages, String message) {
        InvalidMessagesException e =
                assertThrows(InvalidMessagesException.class, () -> template.render(messages, true));
        assertEquals(message, e.getMessage());
    }

    private void assertRefused(String message) {
        TokenizerException e = assertThrows(TokenizerException.class, this::open);
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }

    private Optional<ChatTemplate> open() {
        return ChatTemplate.open(StubCheckpoint.directory(directory));
    }

    private void config(String json) throws IOException {
        Files.writeString(directory.resolve("tokenizer_config.json"), json);
    }
}
