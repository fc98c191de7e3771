package io.sirocco.text.jinja;

import io.sirocco.text.jinja.Stmt.Branch;
import io.sirocco.text.jinja.Stmt.MacroBody;
import io.sirocco.text.jinja.Stmt.Parameter;
import io.sirocco.text.jinja.Stmt.Target;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Runs the statements of a template once. */
final class Renderer {
    /** How a list of statements ended. */
    private enum End {
        DONE,
        BREAK,
        CONTINUE
    }

    private final Rendering rendering;
    private final Budget budget;
    private final Globals globals;
    private final Evaluator evaluator;
    /** Where text goes: the result, or what a macro or block captures. */
    private StringBuilder out = new StringBuilder();

    Renderer(Rendering rendering, Globals globals) {
        this.rendering = rendering;
        this.budget = rendering.budget();
        this.globals = globals;
        this.evaluator = new Evaluator(rendering);
    }

    String render(List<Stmt> template, Scope scope) {
        try {
            Frame frame = new Frame(null);
            frame.begin(scope, globals);
            run(template, frame);
            return out.toString();
        } catch (Failure e) {
            throw TemplateException.at(evaluator.line(), e.getMessage());
        }
    }

    private End run(List<Stmt> statements, Frame frame) {
        budget.enter();
        End end = End.DONE;
        for (Stmt statement : statements) {
            end = run(statement, frame);
            if (end != End.DONE) {
                break;
            }
        }
        budget.leave();
        return end;
    }

    private End run(Stmt statement, Frame frame) {
        return switch (statement) {
            case Stmt.Text text -> print(text.text());
            case Stmt.Print print -> print(print, frame);
            case Stmt.If conditional -> conditional(conditional, frame);
            case Stmt.For loop -> loop(loop, frame);
            case Stmt.Set set -> set(set, frame);
            case Stmt.SetBlock set -> setBlock(set, frame);
            case Stmt.FilterBlock filter -> filterBlock(filter, frame);
            case Stmt.With with -> with(with, frame);
            case Stmt.MacroDefinition definition -> define(definition, frame);
            case Stmt.CallBlock call -> callBlock(call, frame);
            case Stmt.Generation generation ->
                print(rendering.str(new Macro(generation.body(), true, frame, this).call(rendering, Arguments.NONE)));
            case Stmt.Break broken -> End.BREAK;
            case Stmt.Continue continued -> End.CONTINUE;
        };
    }

    private End print(String text) {
        if ((long) out.length() + text.length() > Budget.MAX_OUTPUT) {
            throw Failure.of("the rendered text has more than " + Budget.MAX_OUTPUT + " characters");
        }
        budget.text(text.length());
        out.append(text);
        return End.DONE;
    }

    private End print(Stmt.Print print, Frame frame) {
        evaluator.at(print.line());
        return print(rendering.str(evaluator.value(print.value(), frame)));
    }

    private End conditional(Stmt.If conditional, Frame frame) {
        for (Branch branch : conditional.branches()) {
            if (Truth.of(evaluator.value(branch.test(), frame))) {
                return run(branch.body(), frame);
            }
        }
        return run(conditional.otherwise(), frame);
    }

    private End loop(Stmt.For loop, Frame frame) {
        evaluator.at(loop.line());
        Object iterable = evaluator.value(loop.iterable(), frame);
        if (loop.recursive()) {
            return print(recursion(loop, frame, iterable, 0));
        }
        return iterate(loop, frame, iterable, null, 0);
    }

    private String recursion(Stmt.For loop, Frame frame, Object iterable, long depth0) {
        return captured(() -> {
            iterate(loop, frame, iterable, (inner, depth) -> recursion(loop, frame, inner, depth), depth0);
        });
    }

    private End iterate(Stmt.For loop, Frame frame, Object iterable, Loop.Recursion recursion, long depth0) {
        budget.enter();
        evaluator.at(loop.line());
        Iterator<Object> elements = Sequences.iterate(iterable, budget);
        Frame body = new Frame(frame);
        Loop state = loop.filter() == null
                ? new Loop(elements, iterable, budget, recursion, depth0)
                : filtered(loop, frame, elements, recursion, depth0);
        // As in Jinja, else follows unless the end of the body was reached once: a break or continue does not count.
        boolean completed = false;
        End end = End.DONE;
        while (end != End.BREAK && state.hasNext()) {
            body.begin(loop.bodyScope(), globals);
            body.set(Loop.NAME, state);
            assign(loop.target(), state.next(), body);
            end = run(loop.body(), body);
            completed = completed || end == End.DONE;
        }
        if (!completed) {
            Frame otherwise = new Frame(frame);
            otherwise.begin(loop.otherwiseScope(), globals);
            end = run(loop.otherwise(), otherwise);
            budget.leave();
            return end;
        }
        budget.leave();
        return End.DONE;
    }

    private Loop filtered(
            Stmt.For loop, Frame frame, Iterator<Object> elements, Loop.Recursion recursion, long depth0) {
        Frame test = new Frame(frame);
        test.begin(loop.filterScope(), globals);
        Iterator<Object> passing = SequenceFilters.filtered(elements, rendering, element -> {
            assign(loop.target(), element, test);
            return Truth.of(evaluator.value(loop.filter(), test));
        });
        return new Loop(passing, new Generator(() -> passing), budget, recursion, depth0);
    }

    private End set(Stmt.Set set, Frame frame) {
        evaluator.at(set.line());
        Object value = evaluator.value(set.value(), frame);
        evaluator.at(set.line());
        assign(set.target(), value, frame);
        return End.DONE;
    }

    private void assign(Target target, Object value, Frame frame) {
        switch (target) {
            case Target.Variable variable -> frame.set(variable.name(), value);
            case Target.NamespaceAttribute attribute -> {
                if (!(frame.get(attribute.namespace()) instanceof Namespace namespace)) {
                    throw Failure.of("'" + attribute.namespace() + "' is no namespace; make one with {% set "
                            + attribute.namespace() + " = namespace() %}");
                }
                namespace.attributes().put(attribute.attribute(), value);
            }
            case Target.Unpacked unpacked -> {
                List<Target> targets = unpacked.targets();
                if (value instanceof Undefined undefined) {
                    throw undefined.failure();
                }
                List<Object> values = Sequences.list(value, budget);
                if (values.size() != targets.size()) {
                    throw Failure.value("there are " + values.size() + " values for " + targets.size() + " variables");
                }
                for (int i = 0; i < targets.size(); i++) {
                    assign(targets.get(i), values.get(i), frame);
                }
            }
        }
    }

    private End setBlock(Stmt.SetBlock set, Frame frame) {
        Frame inner = new Frame(frame);
        inner.begin(set.scope(), globals);
        End[] end = new End[1];
        String text = captured(() -> end[0] = run(set.body(), inner));
        if (end[0] == End.DONE) {
            inner.set(Stmt.CAPTURED, text);
            evaluator.at(set.line());
            assign(set.target(), evaluator.value(set.value(), inner), frame);
        }
        return end[0];
    }

    private End filterBlock(Stmt.FilterBlock filter, Frame frame) {
        Frame inner = new Frame(frame);
        inner.begin(filter.scope(), globals);
        End[] end = new End[1];
        String text = captured(() -> end[0] = run(filter.body(), inner));
        if (end[0] == End.DONE) {
            inner.set(Stmt.CAPTURED, text);
            print(rendering.str(evaluator.value(filter.value(), inner)));
        }
        return end[0];
    }

    private End with(Stmt.With with, Frame frame) {
        Frame inner = new Frame(frame);
        inner.begin(with.scope(), globals);
        for (int i = 0; i < with.targets().size(); i++) {
            evaluator.at(with.line());
            assign(with.targets().get(i), evaluator.value(with.values().get(i), frame), inner);
        }
        return run(with.body(), inner);
    }

    private End define(Stmt.MacroDefinition definition, Frame frame) {
        frame.set(definition.name(), new Macro(definition.macro(), false, frame, this));
        return End.DONE;
    }

    private End callBlock(Stmt.CallBlock call, Frame frame) {
        Macro caller = new Macro(call.caller(), true, frame, this);
        return print(rendering.str(evaluator.call(call.call(), frame, caller)));
    }

    /** The text of a macro's body. */
    String macro(MacroBody macro, Frame outer, Map<String, Object> arguments) {
        budget.enter();
        int line = evaluator.line();
        Frame frame = new Frame(outer);
        frame.begin(macro.scope(), globals);
        arguments.forEach(frame::set);
        for (Parameter parameter : macro.parameters()) {
            if (frame.get(parameter.name()) == Frame.MISSING) {
                frame.set(
                        parameter.name(),
                        parameter.defaultValue() == null
                                ? Undefined.because("the parameter '" + parameter.name() + "' of the macro '"
                                        + macro.name() + "' was not passed")
                                : evaluator.value(parameter.defaultValue(), frame));
            }
        }
        String text = captured(() -> run(macro.body(), frame));
        evaluator.at(line);
        budget.leave();
        return text;
    }

    private String captured(Runnable body) {
        StringBuilder outer = out;
        out = new StringBuilder();
        body.run();
        String text = out.toString();
        out = outer;
        return text;
    }
}
