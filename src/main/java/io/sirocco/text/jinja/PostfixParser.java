package io.sirocco.text.jinja;

import io.sirocco.text.jinja.Expr.Named;
import io.sirocco.text.jinja.Expr.Passed;
import io.sirocco.text.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Parses what follows an operand: attributes, indexes, slices, calls, filters and tests. */
final class PostfixParser {
    /** What may not begin the argument of a test that has no parentheses. */
    private static final Set<String> NO_TEST_ARGUMENT = Set.of("else", "or", "and");

    private final TokenStream tokens;
    private final ExpressionParser expressions;
    private final Filters filters;

    PostfixParser(TokenStream tokens, ExpressionParser expressions, Filters filters) {
        this.tokens = tokens;
        this.expressions = expressions;
        this.filters = filters;
    }

    /** An operand with all that follows it directly. */
    Expr parse(Expr operand) {
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
        Expr start = tokens.current().isOperator(":") ? null : expressions.expression();
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
        return tokens.current().isOperator("]") ? null : expressions.expression();
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
                spreadNamed = expressions.expression();
            } else if (tokens.skipOperator("*")) {
                inOrder = inOrder && spread == null;
                spread = expressions.expression();
            } else if (tokens.current().kind() == Kind.NAME
                    && tokens.following().isOperator("=")) {
                String name = tokens.next().text();
                tokens.next();
                inOrder = inOrder
                        && named.stream().noneMatch(other -> other.name().equals(name));
                named.add(new Named(name, expressions.expression()));
            } else {
                inOrder = inOrder && spread == null && named.isEmpty();
                positional.add(expressions.expression());
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
        Filter filter = filters.named(name);
        if (filter == null) {
            throw TemplateException.at(line, "no filter '" + name + "'; use one of " + filters.names());
        }
        Passed passed = tokens.current().isOperator("(") ? passed() : Passed.NOTHING;
        return new Expr.Filtered(value, name, filter, passed, line);
    }

    /** The test that stands here after 'is', of a value. */
    Expr test(Expr value) {
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
        return new Passed(List.of(parse(expressions.primary())), List.of(), null, null);
    }

    private String dottedName() {
        StringBuilder name = new StringBuilder(tokens.expect(Kind.NAME).text());
        while (tokens.skipOperator(".")) {
            name.append('.').append(tokens.expect(Kind.NAME).text());
        }
        return name.toString();
    }
}
