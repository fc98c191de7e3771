package io.sirocco.text.jinja;

import io.sirocco.text.jinja.Stmt.Branch;
import io.sirocco.text.jinja.Stmt.MacroBody;
import io.sirocco.text.jinja.Stmt.Parameter;
import io.sirocco.text.jinja.Stmt.Target;
import io.sirocco.text.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Parses a template into statements, and refuses what this interpreter does not know. */
final class Parser {
    /** Tags of Jinja that need other templates, escaping or inheritance. */
    private static final Set<String> UNSUPPORTED_TAGS =
            Set.of("include", "import", "from", "extends", "block", "autoescape", "do", "trans", "debug");

    private static final Set<String> RESERVED = Set.of("true", "false", "none", "True", "False", "None");

    private final TokenStream tokens;
    private final ExpressionParser expressions;
    /** Loops that a break would leave: none inside of a macro. */
    private int loops;
    /** All loops around, those around a macro included. */
    private int openLoops;

    private Parser(TokenStream tokens, Environment environment) {
        this.tokens = tokens;
        this.expressions = new ExpressionParser(tokens, environment.filters);
    }

    static List<Stmt> parse(String source, Environment environment) {
        Parser parser = new Parser(new TokenStream(Lexer.tokens(source, environment)), environment);
        return parser.statements(null, 1);
    }

    /** Statements up to one of the tags that may end them, which stays current; null: up to the end of the template. */
    private List<Stmt> statements(Set<String> ends, int begin) {
        List<Stmt> statements = new ArrayList<>();
        while (true) {
            Token token = tokens.current();
            switch (token.kind()) {
                case TEXT -> statements.add(new Stmt.Text(tokens.next().text()));
                case PRINT_BEGIN -> {
                    int line = tokens.next().line();
                    statements.add(new Stmt.Print(expressions.tuple(true, false), line));
                    tokens.expect(Kind.PRINT_END);
                }
                case BLOCK_BEGIN -> {
                    if (ends != null
                            && tokens.following().kind() == Kind.NAME
                            && ends.contains(tokens.following().text())) {
                        tokens.next();
                        return List.copyOf(statements);
                    }
                    tokens.next();
                    tokens.enter();
                    statements.addAll(statement());
                    tokens.leave();
                    tokens.expect(Kind.BLOCK_END);
                }
                default -> {
                    if (ends == null) {
                        return List.copyOf(statements);
                    }
                    throw TemplateException.at(
                            begin, "this block is not closed; expected " + tags(ends) + " before the template ends");
                }
            }
        }
    }

    private static String tags(Set<String> names) {
        return names.stream()
                .sorted()
                .map(name -> "{% " + name + " %}")
                .reduce((a, b) -> a + " or " + b)
                .orElse("");
    }

    /** A body between the end of its opening tag and one of these tags, whose name is moved past. */
    private List<Stmt> body(int begin, String... ends) {
        tokens.skipOperator(":");
        tokens.expect(Kind.BLOCK_END);
        return statements(Set.of(ends), begin);
    }

    /** A body as {@link #body} up to its one closing tag. */
    private List<Stmt> closedBody(int begin, String end) {
        List<Stmt> body = body(begin, end);
        tokens.next();
        return body;
    }

    private List<Stmt> statement() {
        int line = tokens.line();
        String tag = tokens.expect(Kind.NAME).text();
        return switch (tag) {
            case "if" -> List.of(conditional(line));
            case "for" -> List.of(loop(line));
            case "set" -> List.of(assignment(line));
            case "macro" -> List.of(macro(line));
            case "call" -> List.of(callBlock(line));
            case "filter" -> List.of(filterBlock(line));
            case "with" -> List.of(with(line));
            case "generation" ->
                List.of(new Stmt.Generation(macroBody(line, tag, List.of(), outsideLoops(line, "endgeneration"))));
            case "print" -> print(line);
            case "break" -> List.of(inLoop(line, tag, new Stmt.Break()));
            case "continue" -> List.of(inLoop(line, tag, new Stmt.Continue()));
            default ->
                throw TemplateException.at(
                        line,
                        UNSUPPORTED_TAGS.contains(tag)
                                ? "the tag '" + tag + "' is not supported; write the template as one piece without it"
                                : "unknown tag '" + tag
                                        + "'; is it misspelt, or does it close a block that is not open?");
        };
    }

    private Stmt conditional(int line) {
        List<Branch> branches = new ArrayList<>();
        while (true) {
            Expr test = expressions.tuple(false, false);
            branches.add(new Branch(test, body(line, "elif", "else", "endif")));
            switch (tokens.next().text()) {
                case "elif" -> {}
                case "else" -> {
                    return new Stmt.If(List.copyOf(branches), closedBody(line, "endif"));
                }
                default -> {
                    return new Stmt.If(List.copyOf(branches), List.of());
                }
            }
        }
    }

    private Stmt loop(int line) {
        openLoops++;
        Target target = assignable(target(false));
        if (!tokens.skipName("in")) {
            throw tokens.unexpected("'in'");
        }
        Expr iterable = expressions.tuple(false, false);
        Expr filter = tokens.skipName("if") ? expressions.expression() : null;
        boolean recursive = tokens.skipName("recursive");
        loops++;
        List<Stmt> body = body(line, "else", "endfor");
        loops--;
        int outer = loops;
        loops = recursive ? 0 : loops;
        List<Stmt> otherwise = tokens.next().isName("else") ? closedBody(line, "endfor") : List.of();
        loops = outer;
        openLoops--;
        return new Stmt.For(
                target, iterable, filter, recursive, body, otherwise, new Scope(), new Scope(), new Scope(), line);
    }

    private Stmt assignment(int line) {
        Target target = assignable(target(true));
        if (tokens.skipOperator("=")) {
            return new Stmt.Set(target, expressions.tuple(true, false), line);
        }
        Expr value = new Expr.Name(Stmt.CAPTURED, line);
        while (tokens.skipOperator("|")) {
            value = expressions.filter(value);
        }
        return new Stmt.SetBlock(target, value, closedBody(line, "endset"), new Scope(), line);
    }

    private Stmt macro(int line) {
        String name = variable().name();
        List<Parameter> parameters = parameters();
        return new Stmt.MacroDefinition(name, macroBody(line, name, parameters, outsideLoops(line, "endmacro")), line);
    }

    private Stmt callBlock(int line) {
        List<Parameter> parameters = tokens.current().isOperator("(") ? parameters() : List.of();
        if (!(expressions.expression() instanceof Expr.Call call)) {
            throw TemplateException.at(line, "{% call %} needs a call of a macro, such as {% call wrap('x') %}");
        }
        return new Stmt.CallBlock(macroBody(line, "caller", parameters, outsideLoops(line, "endcall")), call, line);
    }

    private static MacroBody macroBody(int line, String name, List<Parameter> parameters, List<Stmt> body) {
        Set<String> free = FreeNames.of(body);
        for (Parameter parameter : parameters) {
            if (parameter.name().equals("caller") && parameter.defaultValue() == null && free.contains("caller")) {
                throw TemplateException.at(line, "the parameter 'caller' needs a default, such as caller=none");
            }
        }
        for (Parameter parameter : parameters) {
            free.remove(parameter.name());
        }
        return new MacroBody(
                name,
                parameters,
                body,
                free.contains("caller"),
                free.contains("kwargs"),
                free.contains("varargs"),
                new Scope());
    }

    private List<Parameter> parameters() {
        tokens.expectOperator("(");
        List<Parameter> parameters = new ArrayList<>();
        while (!tokens.current().isOperator(")")) {
            if (!parameters.isEmpty()) {
                tokens.expectOperator(",");
            }
            Target.Variable name = variable();
            Expr value = tokens.skipOperator("=") ? expressions.expression() : null;
            if (value == null && !parameters.isEmpty() && parameters.getLast().defaultValue() != null) {
                throw TemplateException.at(
                        name.line(),
                        "the parameter '" + name.name() + "' needs a default, as the one before it has one");
            }
            if (parameters.stream().anyMatch(other -> other.name().equals(name.name()))) {
                throw TemplateException.at(name.line(), "the parameter '" + name.name() + "' is there twice");
            }
            parameters.add(new Parameter(name.name(), value));
        }
        tokens.expectOperator(")");
        return List.copyOf(parameters);
    }

    private Stmt filterBlock(int line) {
        Expr value = expressions.filter(new Expr.Name(Stmt.CAPTURED, line));
        while (tokens.skipOperator("|")) {
            value = expressions.filter(value);
        }
        return new Stmt.FilterBlock(value, closedBody(line, "endfilter"), new Scope(), line);
    }

    private Stmt with(int line) {
        List<Target> targets = new ArrayList<>();
        List<Expr> values = new ArrayList<>();
        while (tokens.current().kind() != Kind.BLOCK_END) {
            if (!targets.isEmpty()) {
                tokens.expectOperator(",");
            }
            targets.add(target(false));
            tokens.expectOperator("=");
            values.add(expressions.expression());
        }
        return new Stmt.With(List.copyOf(targets), List.copyOf(values), closedBody(line, "endwith"), new Scope(), line);
    }

    private List<Stmt> print(int line) {
        List<Stmt> prints = new ArrayList<>();
        while (tokens.current().kind() != Kind.BLOCK_END) {
            if (!prints.isEmpty()) {
                tokens.expectOperator(",");
            }
            prints.add(new Stmt.Print(expressions.expression(), line));
        }
        return prints;
    }

    private Stmt inLoop(int line, String tag, Stmt statement) {
        if (loops == 0) {
            throw TemplateException.at(line, "{% " + tag + " %} stands outside of a loop");
        }
        return statement;
    }

    /** A body that runs as a macro of its own: no break leaves it. */
    private List<Stmt> outsideLoops(int line, String end) {
        int outer = loops;
        loops = 0;
        List<Stmt> body = closedBody(line, end);
        loops = outer;
        return body;
    }

    private Target target(boolean namespaces) {
        int line = tokens.line();
        Target first = oneTarget(namespaces);
        if (!tokens.current().isOperator(",")) {
            return first;
        }
        List<Target> targets = new ArrayList<>(List.of(first));
        while (tokens.skipOperator(",")) {
            if (tokens.current().isName("in") || tokens.current().isOperator(")")) {
                break;
            }
            targets.add(oneTarget(namespaces));
        }
        return new Target.Unpacked(List.copyOf(targets), line);
    }

    /** A target that does not hide the variable of a loop. */
    private Target assignable(Target target) {
        FreeNames.variables(target, name -> {
            if (openLoops > 0 && name.equals(Loop.NAME)) {
                throw TemplateException.at(
                        tokens.line(), "'loop' cannot be assigned to in a loop; choose another name");
            }
        });
        return target;
    }

    private Target oneTarget(boolean namespaces) {
        if (tokens.skipOperator("(")) {
            tokens.enter();
            Target inner = target(false);
            tokens.leave();
            tokens.expectOperator(")");
            return inner;
        }
        if (namespaces && tokens.following().isOperator(".")) {
            Token namespace = tokens.expect(Kind.NAME);
            tokens.next();
            return new Target.NamespaceAttribute(
                    namespace.text(), tokens.expect(Kind.NAME).text(), namespace.line());
        }
        return variable();
    }

    private Target.Variable variable() {
        Token name = tokens.expect(Kind.NAME);
        if (RESERVED.contains(name.text()) || name.text().equals("self")) {
            throw TemplateException.at(name.line(), "'" + name.text() + "' cannot be assigned to; choose another name");
        }
        return new Target.Variable(name.text(), name.line());
    }
}
