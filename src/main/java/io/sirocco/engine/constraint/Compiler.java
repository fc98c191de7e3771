package io.sirocco.engine.constraint;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.lucene.util.automaton.Automaton;

/** Constraints as automata over the UTF-8 of the texts that they allow. */
final class Compiler {

    private Compiler() {}

    /** @throws ConstraintException if the constraint allows no text, or asks for what is not implemented */
    static ByteDfa dfa(Constraint constraint) {
        return switch (constraint) {
            case Constraint.Choices(List<String> texts) -> {
                if (texts.isEmpty() || texts.contains("")) {
                    throw new ConstraintException("choices: expected at least one text, none of them empty");
                }
                texts.forEach(Compiler::requireUnicode);
                yield dfa(ByteAutomata.anyOf(texts), "choices");
            }
            case Constraint.Regex(String pattern) ->
                dfa(ByteAutomata.utf8(RegexParser.parse(pattern, "regex"), "regex"), "regex");
            case Constraint.JsonSchema(String schema, int depth) ->
                dfa(SchemaCompiler.compile(schema, depth), "json-schema");
        };
    }

    /** UTF-8 has no other text. */
    private static void requireUnicode(String text) {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new ConstraintException(
                    "choices: \"" + text + "\" is not Unicode text; half of a surrogate pair is missing");
        }
    }

    private static ByteDfa dfa(Automaton automaton, String what) {
        ByteDfa dfa = ByteDfa.of(automaton, what);
        if (dfa.states() == 0) {
            throw new ConstraintException(what + " allows no text at all");
        }
        return dfa;
    }
}
