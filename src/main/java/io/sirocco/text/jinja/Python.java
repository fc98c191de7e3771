package io.sirocco.text.jinja;

import io.sirocco.text.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Values as Python writes and reads them: strings, booleans, Long, Double, null, lists and maps, as a template takes them. */
public final class Python {

    private static final Set<String> CONSTANTS = Set.of("True", "False", "None");

    private Python() {}

    /** {@code str(value)} */
    public static String str(Object value) {
        return Repr.str(value, new Budget());
    }

    /** {@code json.dumps(value, ensure_ascii=False)} */
    public static String json(Object value) {
        return Json.dumps(value, -1, new Budget());
    }

    /** {@code json.dumps(value, ensure_ascii=False, indent=indent)} */
    public static String json(Object value, int indent) {
        return Json.dumps(value, indent, new Budget());
    }

    /** {@code str.isspace} of one character. */
    public static boolean isSpace(int codePoint) {
        return Strings.isSpace(codePoint);
    }

    /** {@code text.strip()} */
    public static String strip(String text) {
        return Strings.strip(text, null, true, true);
    }

    /** {@code text.rstrip()} */
    public static String rstrip(String text) {
        return Strings.strip(text, null, false, true);
    }

    /** {@code ast.literal_eval(source)}, tuples as lists; empty where that raises an error. */
    public static Optional<Object> literal(String source) {
        try {
            List<Token> tokens = Lexer.tokens("{{" + source + "}}", Environment.LM_EVAL);
            boolean names =
                    tokens.stream().anyMatch(token -> token.kind() == Kind.NAME && !CONSTANTS.contains(token.text()));
            if (names || tokens.getFirst().kind() != Kind.PRINT_BEGIN) {
                return Optional.empty();
            }
            TokenStream stream = new TokenStream(tokens);
            stream.next();
            Expr expression = new ExpressionParser(stream, Environment.LM_EVAL.filters).tuple(false, false);
            stream.expect(Kind.PRINT_END);
            return stream.current().kind() == Kind.END ? Optional.ofNullable(value(expression)) : Optional.empty();
        } catch (TemplateException | Failure _) {
            return Optional.empty();
        }
    }

    private static Object value(Expr expression) {
        return switch (expression) {
            case Expr.Literal literal -> literal.value();
            case Expr.ListOf list -> values(list.items());
            case Expr.TupleOf tuple -> values(tuple.items());
            case Expr.DictOf dict -> {
                Map<Object, Object> map = new LinkedHashMap<>();
                dict.pairs().forEach(pair -> map.put(value(pair.key()), value(pair.value())));
                yield map;
            }
            case Expr.Sign sign
            when value(sign.operand()) instanceof Long number -> sign.negative() ? (Object) (-number) : number;
            case Expr.Sign sign
            when value(sign.operand()) instanceof Double number -> sign.negative() ? (Object) (-number) : number;
            default -> throw Failure.of("not a literal");
        };
    }

    private static List<Object> values(List<Expr> items) {
        List<Object> values = new ArrayList<>(items.size());
        items.forEach(item -> values.add(value(item)));
        return values;
    }
}
