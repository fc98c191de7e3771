package io.sirocco.text.jinja;

import io.sirocco.text.jinja.Expr.Comparison;
import io.sirocco.text.jinja.Expr.Operator;
import io.sirocco.text.jinja.Expr.Pair;
import io.sirocco.text.jinja.Expr.Relation;
import io.sirocco.text.jinja.Expr.Step;
import io.sirocco.text.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Parses expressions by precedence climbing: conditional, or, and, not, comparison, + -, ~, * / // %, **, sign, postfix. */
final class ExpressionParser {
    private static final Map<String, Relation> RELATIONS = Map.of(
            "==", Relation.EQUAL,
            "!=", Relation.NOT_EQUAL,
            "<", Relation.LESS,
            "<=", Relation.LESS_OR_EQUAL,
            ">", Relation.GREATER,
            ">=", Relation.GREATER_OR_EQUAL);
    private static final Map<String, Operator> SUMS = Map.of("+", Operator.ADD, "-", Operator.SUBTRACT);
    private static final Map<String, Operator> PRODUCTS =
            Map.of("*", Operator.MULTIPLY, "/", Operator.DIVIDE, "//", Operator.FLOOR_DIVIDE, "%", Operator.MODULO);
    private static final Map<String, Operator> POWERS = Map.of("**", Operator.POWER);

    private final TokenStream tokens;
    private final PostfixParser postfix;

    ExpressionParser(TokenStream tokens, Filters filters) {
        this.tokens = tokens;
        this.postfix = new PostfixParser(tokens, this, filters);
    }

    /** The filter whose name stands here, over a value. */
    Expr filter(Expr value) {
        return postfix.filter(value);
    }

    Expr expression() {
        tokens.enter();
        Expr expression = conditional();
        tokens.leave();
        return expression;
    }

    /** An expression that no {@code if} follows, as in the head of a block. */
    Expr withoutConditional() {
        tokens.enter();
        Expr expression = or();
        tokens.leave();
        return expression;
    }

    /** Expressions with commas between them make a tuple; one without a comma is itself. */
    Expr tuple(boolean conditional, boolean parentheses) {
        List<Expr> items = new ArrayList<>();
        boolean comma = false;
        while (!tupleEnds()) {
            items.add(conditional ? expression() : withoutConditional());
            if (!tokens.skipOperator(",")) {
                break;
            }
            comma = true;
        }
        if (!comma && items.size() == 1) {
            return items.getFirst();
        }
        if (items.isEmpty() && !parentheses) {
            throw tokens.unexpected("an expression");
        }
        return new Expr.TupleOf(List.copyOf(items));
    }

    private boolean tupleEnds() {
        Token token = tokens.current();
        return token.kind() == Kind.PRINT_END
                || token.kind() == Kind.BLOCK_END
                || token.isOperator(")")
                || token.isName("recursive");
    }

    private Expr conditional() {
        Expr expression = or();
        int levels = 0;
        while (tokens.skipName("if")) {
            tokens.enter();
            levels++;
            Expr test = or();
            Expr otherwise = tokens.skipName("else") ? expression() : null;
            expression = new Expr.Conditional(test, expression, otherwise);
        }
        tokens.leave(levels);
        return expression;
    }

    private Expr or() {
        Expr first = and();
        if (!tokens.current().isName("or")) {
            return first;
        }
        List<Expr> operands = new ArrayList<>(List.of(first));
        while (tokens.skipName("or")) {
            operands.add(and());
        }
        return new Expr.Or(List.copyOf(operands));
    }

    private Expr and() {
        Expr first = not();
        if (!tokens.current().isName("and")) {
            return first;
        }
        List<Expr> operands = new ArrayList<>(List.of(first));
        while (tokens.skipName("and")) {
            operands.add(not());
        }
        return new Expr.And(List.copyOf(operands));
    }

    private Expr not() {
        if (!tokens.skipName("not")) {
            return comparison();
        }
        tokens.enter();
        Expr operand = not();
        tokens.leave();
        return new Expr.Not(operand);
    }

    private Expr comparison() {
        Expr first = sum();
        List<Comparison> comparisons = new ArrayList<>();
        for (Relation relation = relation(); relation != null; relation = relation()) {
            int line = tokens.line();
            comparisons.add(new Comparison(relation, sum(), line));
        }
        return comparisons.isEmpty() ? first : new Expr.Compare(first, List.copyOf(comparisons));
    }

    /** The relation that stands here, if any; moves past it. */
    private Relation relation() {
        Token token = tokens.current();
        if (token.kind() == Kind.OPERATOR && RELATIONS.containsKey(token.text())) {
            return RELATIONS.get(tokens.next().text());
        }
        if (tokens.skipName("in")) {
            return Relation.IN;
        }
        if (token.isName("not") && tokens.following().isName("in")) {
            tokens.next();
            tokens.next();
            return Relation.NOT_IN;
        }
        return null;
    }

    private Expr sum() {
        return arithmetic(SUMS, this::concat);
    }

    private Expr concat() {
        Expr first = product();
        if (!tokens.current().isOperator("~")) {
            return first;
        }
        int line = tokens.line();
        List<Expr> parts = new ArrayList<>(List.of(first));
        while (tokens.skipOperator("~")) {
            parts.add(product());
        }
        return new Expr.Concat(List.copyOf(parts), line);
    }

    private Expr product() {
        return arithmetic(PRODUCTS, this::power);
    }

    /** Powers group from the left, unlike Python's. */
    private Expr power() {
        return arithmetic(POWERS, this::filtered);
    }

    private Expr arithmetic(Map<String, Operator> operators, Supplier<Expr> operand) {
        Expr first = operand.get();
        List<Step> steps = new ArrayList<>();
        while (tokens.current().kind() == Kind.OPERATOR
                && operators.containsKey(tokens.current().text())) {
            int line = tokens.line();
            Operator operator = operators.get(tokens.next().text());
            steps.add(new Step(operator, operand.get(), line));
        }
        return steps.isEmpty() ? first : new Expr.Arithmetic(first, List.copyOf(steps));
    }

    private Expr filtered() {
        Expr expression = signed();
        int levels = 0;
        while (true) {
            Token token = tokens.current();
            if (token.isOperator("|")) {
                tokens.next();
                expression = postfix.filter(expression);
            } else if (token.isName("is")) {
                expression = postfix.test(expression);
            } else if (token.isOperator("(")) {
                expression = postfix.call(expression);
            } else {
                tokens.leave(levels);
                return expression;
            }
            tokens.enter();
            levels++;
        }
    }

    private Expr signed() {
        int line = tokens.line();
        boolean negative = tokens.current().isOperator("-");
        if (!negative && !tokens.current().isOperator("+")) {
            return postfix.parse(primary());
        }
        tokens.next();
        tokens.enter();
        Expr operand = signed();
        tokens.leave();
        return postfix.parse(new Expr.Sign(negative, operand, line));
    }

    Expr primary() {
        Token token = tokens.next();
        return switch (token.kind()) {
            case NAME -> name(token);
            case STRING -> {
                StringBuilder text = new StringBuilder(token.text());
                while (tokens.current().kind() == Kind.STRING) {
                    text.append(tokens.next().text());
                }
                yield new Expr.Literal(text.toString());
            }
            case NUMBER -> new Expr.Literal(token.number());
            case OPERATOR ->
                switch (token.text()) {
                    case "(" -> {
                        tokens.enter();
                        Expr tuple = tuple(true, true);
                        tokens.leave();
                        tokens.expectOperator(")");
                        yield tuple;
                    }
                    case "[" -> list();
                    case "{" -> dict(token.line());
                    default -> throw noExpression(token);
                };
            default -> throw noExpression(token);
        };
    }

    private static TemplateException noExpression(Token token) {
        return TemplateException.at(token.line(), "unexpected " + token.shown() + "; expected an expression");
    }

    private static Expr name(Token token) {
        return switch (token.text()) {
            case "true", "True" -> new Expr.Literal(true);
            case "false", "False" -> new Expr.Literal(false);
            case "none", "None" -> new Expr.Literal(null);
            case "self", "lipsum" ->
                throw TemplateException.at(
                        token.line(), "'" + token.text() + "' is not supported; write the template without it");
            default -> new Expr.Name(token.text(), token.line());
        };
    }

    private Expr list() {
        List<Expr> items = new ArrayList<>();
        while (!tokens.current().isOperator("]")) {
            items.add(expression());
            if (!tokens.skipOperator(",")) {
                break;
            }
        }
        tokens.expectOperator("]");
        return new Expr.ListOf(List.copyOf(items));
    }

    private Expr dict(int line) {
        List<Pair> pairs = new ArrayList<>();
        while (!tokens.current().isOperator("}")) {
            Expr key = expression();
            tokens.expectOperator(":");
            pairs.add(new Pair(key, expression()));
            if (!tokens.skipOperator(",")) {
                break;
            }
        }
        tokens.expectOperator("}");
        return new Expr.DictOf(List.copyOf(pairs), line);
    }
}
