package io.sirocco.text.jinja;

import java.time.Clock;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;

/**
 * A chat or prompt template in Jinja. Renders, byte for byte, what Python's jinja2 3.1 renders, unless another
 * {@link Environment} is given in the one that transformers sets up: {@code ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)}, {@code break} and
 * {@code continue}, {@code {% generation %}}, {@code tojson} as {@code json.dumps(ensure_ascii=False)},
 * {@code raise_exception(message)} and {@code strftime_now(format)}.
 *
 * <p>What it does not know is refused when the template is parsed, so that nothing fails silently. A template may come from a
 * stranger: it reaches no Java object, and a rendering that takes too many steps or too much memory ends with an error.
 *
 * <p>Immutable and safe for many threads.
 */
public final class JinjaTemplate {
    private final List<Stmt> statements;
    private final Scope scope;
    private final Environment environment;
    private final Clock clock;

    private JinjaTemplate(List<Stmt> statements, Scope scope, Environment environment, Clock clock) {
        this.statements = statements;
        this.scope = scope;
        this.environment = environment;
        this.clock = clock;
    }

    /**
     * Parses a template whose {@code strftime_now} reads this machine's clock in its time zone.
     *
     * @throws TemplateException if the source has a mistake, or uses what is not supported
     */
    public static JinjaTemplate parse(String source) {
        return parse(source, Clock.system(ZoneId.systemDefault()));
    }

    /**
     * Parses a template of another environment than that of chat templates.
     *
     * @throws TemplateException if the source has a mistake, or uses what is not supported
     */
    public static JinjaTemplate parse(String source, Environment environment) {
        return parse(source, environment, Clock.system(ZoneId.systemDefault()));
    }

    /**
     * Parses a template whose {@code strftime_now} reads the given clock.
     *
     * @throws TemplateException if the source has a mistake, or uses what is not supported
     */
    public static JinjaTemplate parse(String source, Clock clock) {
        return parse(source, Environment.TRANSFORMERS, clock);
    }

    private static JinjaTemplate parse(String source, Environment environment, Clock clock) {
        try {
            List<Stmt> statements = Parser.parse(source, environment);
            return new JinjaTemplate(statements, Scopes.of(statements), environment, clock);
        } catch (StackOverflowError e) {
            throw TemplateException.of("the template is nested too deeply for this thread's stack; flatten it");
        }
    }

    /**
     * Renders the template.
     *
     * @param context the template's variables: String, Boolean, Long (or a smaller whole number), Double, null (which is none,
     *     and defined), lists of these and maps of these with String keys, whose order is kept
     * @throws TemplateException if the template calls {@code raise_exception} ({@link TemplateException#raisedByTemplate}), does
     *     what its values cannot do, or takes too many steps or too much memory
     */
    public String render(Map<String, Object> context) {
        Budget budget = new Budget();
        try {
            Globals globals = new Globals(ContextValues.of(context, budget));
            return new Renderer(new Rendering(budget, clock, environment), globals).render(statements, scope);
        } catch (Failure e) {
            throw TemplateException.of(e.getMessage());
        } catch (StackOverflowError e) {
            throw TemplateException.of("the template recurses too deeply for this thread's stack; flatten it");
        }
    }
}
