package io.sirocco.text.jinja;

import io.sirocco.text.jinja.Expr.Comparison;
import io.sirocco.text.jinja.Expr.Named;
import io.sirocco.text.jinja.Expr.Pair;
import io.sirocco.text.jinja.Expr.Passed;
import io.sirocco.text.jinja.Expr.Step;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Evaluates expressions. */
final class Evaluator {
    private final Rendering rendering;
    private final Budget budget;
    /** The source line of what was done last, for an error's message. */
    private int line = 1;

    Evaluator(Rendering rendering) {
        this.rendering = rendering;
        this.budget = rendering.budget();
    }

    int line() {
        return line;
    }

    void at(int newLine) {
        line = newLine;
    }

    Object value(Expr expression, Frame frame) {
        budget.enter();
        Object value = switch (expression) {
            case Expr.Literal literal -> literal.value();
            case Expr.Name name -> name(name, frame);
            case Expr.ListOf list -> values(list.items(), frame);
            case Expr.TupleOf tuple -> Tuple.of(values(tuple.items(), frame));
            case Expr.DictOf dict -> dict(dict, frame);
            case Expr.Attribute attribute -> attribute(attribute, frame);
            case Expr.Item item -> item(item, frame);
            case Expr.Slice slice -> slice(slice, frame);
            case Expr.Call call -> call(call, frame, null);
            case Expr.Filtered filtered -> filtered(filtered, frame);
            case Expr.Tested tested -> tested(tested, frame);
            case Expr.Not not -> !Truth.of(value(not.operand(), frame));
            case Expr.Sign sign -> sign(sign, frame);
            case Expr.Arithmetic arithmetic -> arithmetic(arithmetic, frame);
            case Expr.Concat concat -> concat(concat, frame);
            case Expr.Compare compare -> compare(compare, frame);
            case Expr.And and -> and(and, frame);
            case Expr.Or or -> or(or, frame);
            case Expr.Conditional conditional -> conditional(conditional, frame);
        };
        budget.leave();
        return value instanceof Undefined undefined && rendering.environment().strictUndefined
                ? undefined.strict()
                : value;
    }

    private Object name(Expr.Name name, Frame frame) {
        Object value = frame.get(name.name());
        if (value == Frame.MISSING) {
            line = name.line();
            return Undefined.variable(name.name());
        }
        return value;
    }

    private List<Object> values(List<Expr> expressions, Frame frame) {
        budget.elements(expressions.size());
        List<Object> values = new ArrayList<>(expressions.size());
        for (Expr expression : expressions) {
            values.add(value(expression, frame));
        }
        return values;
    }

    private Object dict(Expr.DictOf dict, Frame frame) {
        budget.elements(dict.pairs().size());
        Map<Object, Object> values = new LinkedHashMap<>();
        for (Pair pair : dict.pairs()) {
            Object key = value(pair.key(), frame);
            Object value = value(pair.value(), frame);
            line = dict.line();
            Dicts.put(values, key, value);
        }
        return values;
    }

    private Object attribute(Expr.Attribute attribute, Frame frame) {
        Object target = value(attribute.target(), frame);
        line = attribute.line();
        return Attributes.get(target, attribute.name());
    }

    private Object item(Expr.Item item, Frame frame) {
        Object target = value(item.target(), frame);
        Object key = value(item.key(), frame);
        line = item.line();
        return Attributes.item(target, key, budget);
    }

    private Object slice(Expr.Slice slice, Frame frame) {
        Object target = value(slice.target(), frame);
        Object start = slice.start() == null ? null : value(slice.start(), frame);
        Object stop = slice.stop() == null ? null : value(slice.stop(), frame);
        Object step = slice.step() == null ? null : value(slice.step(), frame);
        line = slice.line();
        return Sequences.slice(target, start, stop, step, budget);
    }

    /** @param caller what the callee gets as its argument of this name; null: nothing */
    Object call(Expr.Call call, Frame frame, Macro caller) {
        Object callee = value(call.callee(), frame);
        Arguments arguments = arguments(call.passed(), frame);
        if (caller != null) {
            Map<String, Object> named = new LinkedHashMap<>(arguments.named());
            named.put("caller", caller);
            arguments = new Arguments(arguments.positional(), named);
        }
        line = call.line();
        return switch (callee) {
            case Callable callable -> callable.call(rendering, arguments);
            case Undefined undefined -> throw undefined.failure();
            case null, default -> throw Failure.type("a '" + Repr.typeName(callee) + "' cannot be called");
        };
    }

    private Arguments arguments(Passed passed, Frame frame) {
        if (passed.isEmpty()) {
            return Arguments.NONE;
        }
        List<Object> positional = values(passed.positional(), frame);
        Map<String, Object> named = new LinkedHashMap<>();
        for (Named argument : passed.named()) {
            named.put(argument.name(), value(argument.value(), frame));
        }
        if (passed.spread() != null) {
            positional.addAll(Sequences.list(value(passed.spread(), frame), budget));
        }
        if (passed.spreadNamed() != null) {
            spread(value(passed.spreadNamed(), frame), named);
        }
        return new Arguments(positional, named);
    }

    private void spread(Object value, Map<String, Object> named) {
        if (!(value instanceof Map<?, ?> map)) {
            throw Failure.type("** needs a dict, not '" + Repr.typeName(value) + "'");
        }
        budget.elements(map.size());
        map.forEach((key, argument) -> {
            if (!(key instanceof String name) || named.containsKey(name)) {
                throw Failure.type("** needs a dict whose keys are strings, each given once");
            }
            named.put(name, argument);
        });
    }

    private Object filtered(Expr.Filtered filtered, Frame frame) {
        Object value = value(filtered.value(), frame);
        Arguments arguments = arguments(filtered.passed(), frame);
        line = filtered.line();
        return filtered.filter().apply(rendering, value, arguments);
    }

    private boolean tested(Expr.Tested tested, Frame frame) {
        Object value = value(tested.value(), frame);
        Arguments arguments = arguments(tested.passed(), frame);
        line = tested.line();
        return tested.test().holds(rendering, value, arguments);
    }

    private Object sign(Expr.Sign sign, Frame frame) {
        Object operand = value(sign.operand(), frame);
        line = sign.line();
        return Arithmetic.sign(sign.negative(), operand);
    }

    private Object arithmetic(Expr.Arithmetic arithmetic, Frame frame) {
        Object value = value(arithmetic.first(), frame);
        for (Step step : arithmetic.steps()) {
            Object operand = value(step.operand(), frame);
            line = step.line();
            value = io.sirocco.text.jinja.Arithmetic.apply(step.operator(), value, operand, rendering);
        }
        return value;
    }

    private String concat(Expr.Concat concat, Frame frame) {
        StringBuilder text = new StringBuilder();
        for (Expr part : concat.parts()) {
            Object value = value(part, frame);
            line = concat.line();
            String piece = rendering.str(value);
            budget.text((long) text.length() + piece.length());
            text.append(piece);
        }
        return text.toString();
    }

    private boolean compare(Expr.Compare compare, Frame frame) {
        Object left = value(compare.first(), frame);
        for (Comparison comparison : compare.comparisons()) {
            Object right = value(comparison.operand(), frame);
            line = comparison.line();
            if (!Relations.hold(comparison.relation(), left, right, rendering)) {
                return false;
            }
            left = right;
        }
        return true;
    }

    private Object and(Expr.And and, Frame frame) {
        Object value = null;
        for (Expr operand : and.operands()) {
            value = value(operand, frame);
            if (!Truth.of(value)) {
                return value;
            }
        }
        return value;
    }

    private Object or(Expr.Or or, Frame frame) {
        Object value = null;
        for (Expr operand : or.operands()) {
            value = value(operand, frame);
            if (Truth.of(value)) {
                return value;
            }
        }
        return value;
    }

    private Object conditional(Expr.Conditional conditional, Frame frame) {
        if (Truth.of(value(conditional.test(), frame))) {
            return value(conditional.then(), frame);
        }
        return conditional.otherwise() == null
                ? Undefined.because("an inline if without else was false; add an else")
                : value(conditional.otherwise(), frame);
    }
}
