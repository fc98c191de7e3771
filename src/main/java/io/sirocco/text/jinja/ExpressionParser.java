package io.sirocco.text.jinja;

import io.sirocco.text.jinja.Expr.Comparison;
import io.sirocco.text.jinja.Expr.Named;
import io.sirocco.text.jinja.Expr.Operator;
import io.sirocco.text.jinja.Expr.Pair;
import io.sirocco.text.jinja.Expr.Passed;
import io.sirocco.text.jinja.Expr.Relation;
import io.sirocco.text.jinja.Expr.Step;
import io.sirocco.text.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

    /** What may not begin the argument of a test that has no parentheses. */
    private static final Set<String> NO_TEST_ARGUMENT = Set.of("else", "or", "and");

    private final TokenStream tokens;

    ExpressionParser(TokenStream tokens) {
        this.tokens = tokens;
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
                expression = filter(expression);
            } else if (token.isName("is")) {
                expression = test(expression);
            } else if (token.isOperator("(")) {
                expression = call(expression);
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
            return postfix(primary());
        }
        tokens.next();
        tokens.enter();
        Expr operand = signed();
        tokens.leave();
        return postfix(new Expr.Sign(negative, operand, line));
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

    private Expr postfix(Expr operand) {
        Expr expression = operand;
        int levels = 0;
        while (true) {
            Token token = tokens.current();
            if (token.isOperator(".")) {
                expression = attribute(expression);
            } else if (token.isOperator("[")) {
                expression = subscript(expression);
            } else if (token.isOperator("(")) {
                expression = call(expression);
            } else {
                tokens.leave(levels);
                return expression;
            }
            tokens.enter();
            levels++;
        }
    }

    private Expr attribute(Expr target) {
        tokens.next();
        Token name = tokens.next();
        if (name.kind() == Kind.NAME) {
            return new Expr.Attribute(target, name.text(), name.line());
        }
        if (name.kind() == Kind.NUMBER && name.number() instanceof Long) {
            return new Expr.Item(target, new Expr.Literal(name.number()), name.line());
        }
        throw TemplateException.at(
                name.line(), "unexpected " + name.shown() + " after '.'; expected a name or a whole number");
    }

    private Expr subscript(Expr target) {
        int line = tokens.next().line();
        Expr start = tokens.current().isOperator(":") ? null : expression();
        if (!tokens.skipOperator(":")) {
            if (tokens.current().isOperator(",")) {
                throw TemplateException.at(
                        line, "several indexes in one [...] are not supported; write them one after the other");
            }
            tokens.expectOperator("]");
            return new Expr.Item(target, start, line);
        }
        Expr stop = tokens.current().isOperator(":") ? null : sliceEnd();
        Expr step = tokens.skipOperator(":") ? sliceEnd() : null;
        tokens.expectOperator("]");
        return new Expr.Slice(target, start, stop, step, line);
    }

    private Expr sliceEnd() {
        return tokens.current().isOperator("]") ? null : expression();
    }

    Expr.Call call(Expr callee) {
        int line = tokens.line();
        if (callee instanceof Expr.Attribute attribute && Attributes.UNSUPPORTED_METHODS.contains(attribute.name())) {
            throw TemplateException.at(
                    line, "the method ." + attribute.name() + "() is not supported; write the template without it");
        }
        return new Expr.Call(callee, passed(), line);
    }

    private Passed passed() {
        tokens.expectOperator("(");
        List<Expr> positional = new ArrayList<>();
        List<Named> named = new ArrayList<>();
        Expr spread = null;
        Expr spreadNamed = null;
        while (!tokens.current().isOperator(")")) {
            int line = tokens.line();
            boolean inOrder = spreadNamed == null;
            if (tokens.skipOperator("**")) {
                spreadNamed = expression();
            } else if (tokens.skipOperator("*")) {
                inOrder = inOrder && spread == null;
                spread = expression();
            } else if (tokens.current().kind() == Kind.NAME
                    && tokens.following().isOperator("=")) {
                String name = tokens.next().text();
                tokens.next();
                inOrder = inOrder
                        && named.stream().noneMatch(other -> other.name().equals(name));
                named.add(new Named(name, expression()));
            } else {
                inOrder = inOrder && spread == null && named.isEmpty();
                positional.add(expression());
            }
            if (!inOrder) {
                throw TemplateException.at(line, "an argument is repeated or out of order; expected (a, b, name=c)");
            }
            if (!tokens.skipOperator(",")) {
                break;
            }
        }
        tokens.expectOperator(")");
        return new Passed(List.copyOf(positional), List.copyOf(named), spread, spreadNamed);
    }

    /** The filter whose name stands here, over a value. */
    Expr filter(Expr value) {
        int line = tokens.line();
        String name = dottedName();
        Filter filter = Filters.named(name);
        if (filter == null) {
            throw TemplateException.at(line, "no filter '" + name + "'; use one of " + Filters.names());
        }
        Passed passed = tokens.current().isOperator("(") ? passed() : Passed.NOTHING;
        return new Expr.Filtered(value, name, filter, passed, line);
    }

    private Expr test(Expr value) {
        tokens.next();
        boolean negated = tokens.skipName("not");
        int line = tokens.line();
        String name = dottedName();
        Test test = Tests.named(name);
        if (test == null) {
            throw TemplateException.at(line, "no test '" + name + "'; use one of " + Tests.names());
        }
        Expr tested = new Expr.Tested(value, name, test, testArguments(), line);
        return negated ? new Expr.Not(tested) : tested;
    }

    /** In parentheses, or one value without them: {@code x is divisibleby 3}. */
    private Passed testArguments() {
        Token token = tokens.current();
        if (token.isOperator("(")) {
            return passed();
        }
        boolean begins = switch (token.kind()) {
            case NAME -> !NO_TEST_ARGUMENT.contains(token.text());
            case STRING, NUMBER -> true;
            case OPERATOR -> token.text().equals("[") || token.text().equals("{");
            default -> false;
        };
        if (!begins) {
            return Passed.NOTHING;
        }
        if (token.isName("is")) {
            throw TemplateException.at(token.line(), "tests with 'is' cannot be chained; put the first in parentheses");
        }
        return new Passed(List.of(postfix(primary())), List.of(), null, null);
    }

    private String dottedName() {
        StringBuilder name = new StringBuilder(tokens.expect(Kind.NAME).text());
        while (tokens.skipOperator(".")) {
            name.append('.').append(tokens.expect(Kind.NAME).text());
        }
        return name.toString();
    }
}
