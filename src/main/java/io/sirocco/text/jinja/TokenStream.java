package io.sirocco.text.jinja;

import io.sirocco.text.jinja.Token.Kind;
import java.util.List;

/** The tokens of a template with the place where the parser stands, and how deep it is nested. */
final class TokenStream {
    private final List<Token> tokens;
    private int index;
    private int depth;

    TokenStream(List<Token> tokens) {
        this.tokens = tokens;
    }

    Token current() {
        return tokens.get(index);
    }

    Token following() {
        return tokens.get(Math.min(index + 1, tokens.size() - 1));
    }

    int line() {
        return current().line();
    }

    /** The current token; moves past it. The end stays current. */
    Token next() {
        Token token = current();
        if (token.kind() != Kind.END) {
            index++;
        }
        return token;
    }

    boolean skipName(String name) {
        return skipIf(current().isName(name));
    }

    boolean skipOperator(String operator) {
        return skipIf(current().isOperator(operator));
    }

    private boolean skipIf(boolean matches) {
        if (matches) {
            next();
        }
        return matches;
    }

    Token expect(Kind kind) {
        if (current().kind() != kind) {
            throw unexpected(kind.shown());
        }
        return next();
    }

    void expectOperator(String operator) {
        if (!skipOperator(operator)) {
            throw unexpected("'" + operator + "'");
        }
    }

    TemplateException unexpected(String expected) {
        return TemplateException.at(line(), "unexpected " + current().shown() + "; expected " + expected);
    }

    /** One more level of blocks or brackets; {@link #leave} ends it. */
    void enter() {
        enter(1);
    }

    void enter(int levels) {
        depth += levels;
        if (depth > Budget.MAX_NESTING) {
            throw TemplateException.at(
                    line(), "nested deeper than " + Budget.MAX_NESTING + " levels; flatten the template");
        }
    }

    void leave() {
        leave(1);
    }

    void leave(int levels) {
        depth -= levels;
    }
}
