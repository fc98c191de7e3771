package io.sirocco.eval;

import io.sirocco.text.ChatTemplate;
import io.sirocco.text.Message;
import io.sirocco.text.jinja.Python;
import io.sirocco.text.jinja.TemplateException;
import java.util.List;

/**
 * How prompts are put to a chat model.
 *
 * @param template the model's
 * @param multiturn whether each shot is a question and an answer of the chat, or all of them one question
 */
record ChatFormat(ChatTemplate template, boolean multiturn) {

    /** @param begun whether the last turn is the beginning of the answer, which then goes on from there */
    String render(List<Turn> turns, boolean begun) {
        List<Message> messages = multiturn ? Turn.multiturn(turns) : Turn.singleTurn(turns);
        try {
            return render(messages, begun, template);
        } catch (TemplateException _) {
            // Some models' templates know no system role.
            List<Message> others = messages.stream()
                    .filter(message -> !message.role().equals(Turn.SYSTEM))
                    .toList();
            return render(others, begun, template);
        }
    }

    private static String render(List<Message> messages, boolean begun, ChatTemplate template) {
        String text = template.render(messages, !begun);
        if (!begun) {
            return text;
        }
        String last = messages.getLast().content();
        String stripped = Python.strip(last);
        int at = text.lastIndexOf(stripped);
        if (at < 0) {
            throw new EvalException(
                    "the chat template changes the beginning of the answer, so it cannot go on: " + last);
        }
        return text.startsWith(last, at)
                ? text.substring(0, at + last.length())
                : text.substring(0, at + stripped.length());
    }
}
