package io.sirocco.text.jinja;

import io.sirocco.text.jinja.Stmt.Parameter;
import io.sirocco.text.jinja.Stmt.Target;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Which names expressions read, and which of a macro's special names its body reads without having assigned them before. */
final class FreeNames {
    private final Set<String> special = new HashSet<>(Set.of("caller", "kwargs", "varargs"));
    private final Set<String> read = new HashSet<>();

    private FreeNames() {}

    /** Those of caller, kwargs and varargs that a macro's body reads. */
    static Set<String> of(List<Stmt> body) {
        FreeNames names = new FreeNames();
        body.forEach(names::statement);
        return names.read;
    }

    private void statement(Stmt statement) {
        switch (statement) {
            case Stmt.Text text -> {}
            case Stmt.Break broken -> {}
            case Stmt.Continue continued -> {}
            case Stmt.Print print -> expression(print.value());
            case Stmt.If conditional -> {
                conditional.branches().forEach(branch -> {
                    expression(branch.test());
                    branch.body().forEach(this::statement);
                });
                conditional.otherwise().forEach(this::statement);
            }
            case Stmt.For loop -> {
                target(loop.target());
                expression(loop.iterable());
                loop.body().forEach(this::statement);
                loop.otherwise().forEach(this::statement);
                expression(loop.filter());
            }
            case Stmt.Set set -> {
                target(set.target());
                expression(set.value());
            }
            case Stmt.SetBlock set -> {
                target(set.target());
                expression(set.value());
                set.body().forEach(this::statement);
            }
            case Stmt.FilterBlock filter -> {
                filter.body().forEach(this::statement);
                expression(filter.value());
            }
            case Stmt.With with -> {
                with.targets().forEach(this::target);
                with.values().forEach(this::expression);
                with.body().forEach(this::statement);
            }
            case Stmt.MacroDefinition definition -> macro(definition.macro());
            case Stmt.CallBlock call -> {
                expression(call.call());
                macro(call.caller());
            }
            case Stmt.Generation generation -> macro(generation.body());
        }
    }

    private void macro(Stmt.MacroBody macro) {
        for (Parameter parameter : macro.parameters()) {
            special.remove(parameter.name());
        }
        macro.parameters().forEach(parameter -> expression(parameter.defaultValue()));
        macro.body().forEach(this::statement);
    }

    private void target(Target target) {
        variables(target, special::remove);
    }

    private void expression(Expr expression) {
        read(expression, name -> {
            if (special.contains(name)) {
                read.add(name);
            }
        });
    }

    /** The variables that a target assigns, from left to right. */
    static void variables(Target target, Consumer<String> sink) {
        switch (target) {
            case Target.Variable variable -> sink.accept(variable.name());
            case Target.NamespaceAttribute attribute -> {}
            case Target.Unpacked unpacked -> unpacked.targets().forEach(inner -> variables(inner, sink));
        }
    }

    /** The names that an expression (null: none) reads, in the order of the source. */
    static void read(Expr expression, Consumer<String> sink) {
        switch (expression) {
            case null -> {}
            case Expr.Literal literal -> {}
            case Expr.Name name -> sink.accept(name.name());
            case Expr.ListOf list -> list.items().forEach(item -> read(item, sink));
            case Expr.TupleOf tuple -> tuple.items().forEach(item -> read(item, sink));
            case Expr.DictOf dict ->
                dict.pairs().forEach(pair -> {
                    read(pair.key(), sink);
                    read(pair.value(), sink);
                });
            case Expr.Attribute attribute -> read(attribute.target(), sink);
            case Expr.Item item -> {
                read(item.target(), sink);
                read(item.key(), sink);
            }
            case Expr.Slice slice -> {
                read(slice.target(), sink);
                read(slice.start(), sink);
                read(slice.stop(), sink);
                read(slice.step(), sink);
            }
            case Expr.Call call -> {
                read(call.callee(), sink);
                read(call.passed(), sink);
            }
            case Expr.Filtered filtered -> {
                read(filtered.value(), sink);
                read(filtered.passed(), sink);
            }
            case Expr.Tested tested -> {
                read(tested.value(), sink);
                read(tested.passed(), sink);
            }
            case Expr.Not not -> read(not.operand(), sink);
            case Expr.Sign sign -> read(sign.operand(), sink);
            case Expr.Arithmetic arithmetic -> {
                read(arithmetic.first(), sink);
                arithmetic.steps().forEach(step -> read(step.operand(), sink));
            }
            case Expr.Concat concat -> concat.parts().forEach(part -> read(part, sink));
            case Expr.Compare compare -> {
                read(compare.first(), sink);
                compare.comparisons().forEach(comparison -> read(comparison.operand(), sink));
            }
            case Expr.And and -> and.operands().forEach(operand -> read(operand, sink));
            case Expr.Or or -> or.operands().forEach(operand -> read(operand, sink));
            case Expr.Conditional conditional -> {
                read(conditional.test(), sink);
                read(conditional.then(), sink);
                read(conditional.otherwise(), sink);
            }
        }
    }

    private static void read(Expr.Passed passed, Consumer<String> sink) {
        passed.positional().forEach(argument -> read(argument, sink));
        passed.named().forEach(argument -> read(argument.value(), sink));
        read(passed.spread(), sink);
        read(passed.spreadNamed(), sink);
    }
}
