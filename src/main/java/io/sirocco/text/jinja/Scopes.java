package io.sirocco.text.jinja;

import io.sirocco.text.jinja.Stmt.Branch;
import io.sirocco.text.jinja.Stmt.MacroBody;
import io.sirocco.text.jinja.Stmt.Target;
import java.util.List;

/** Finds out which variables each body of a template has, in the order in which jinja2's compiler does. */
final class Scopes {
    private Scopes() {}

    /** Fills the scopes of all bodies of a template; returns that of the template itself. */
    static Scope of(List<Stmt> template) {
        Scope root = new Scope();
        body(template, root);
        return root;
    }

    /** A body's own variables first: the bodies inside it see all of them. */
    private static void body(List<Stmt> statements, Scope scope) {
        statements.forEach(statement -> outer(statement, scope));
        statements.forEach(statement -> inner(statement, scope));
    }

    private static void outer(Stmt statement, Scope scope) {
        switch (statement) {
            case Stmt.Text text -> {}
            case Stmt.Break broken -> {}
            case Stmt.Continue continued -> {}
            case Stmt.Generation generation -> {}
            case Stmt.Print print -> load(print.value(), scope);
            case Stmt.If conditional -> conditional(conditional, scope);
            case Stmt.For loop -> load(loop.iterable(), scope);
            case Stmt.Set set -> {
                load(set.value(), scope);
                store(set.target(), scope);
            }
            case Stmt.SetBlock set -> store(set.target(), scope);
            case Stmt.FilterBlock filter -> load(filter.value(), scope);
            case Stmt.With with -> with.values().forEach(value -> load(value, scope));
            case Stmt.MacroDefinition definition -> scope.store(definition.name());
            case Stmt.CallBlock call -> load(call.call(), scope);
        }
    }

    private static void conditional(Stmt.If conditional, Scope scope) {
        Scope first = branch(conditional.branches().getFirst(), scope);
        Scope elifs = scope.branch();
        for (Branch elif :
                conditional.branches().subList(1, conditional.branches().size())) {
            Scope taken = branch(elif, elifs);
            elifs.merge(List.of(taken));
        }
        Scope otherwise = scope.branch();
        conditional.otherwise().forEach(statement -> outer(statement, otherwise));
        scope.merge(List.of(first, elifs, otherwise));
    }

    private static Scope branch(Branch branch, Scope scope) {
        load(branch.test(), scope);
        Scope taken = scope.branch();
        branch.body().forEach(statement -> outer(statement, taken));
        return taken;
    }

    private static void inner(Stmt statement, Scope scope) {
        switch (statement) {
            case Stmt.Text text -> {}
            case Stmt.Break broken -> {}
            case Stmt.Continue continued -> {}
            case Stmt.Print print -> {}
            case Stmt.Set set -> {}
            case Stmt.If conditional -> {
                conditional.branches().forEach(branch -> branch.body().forEach(inner -> inner(inner, scope)));
                conditional.otherwise().forEach(inner -> inner(inner, scope));
            }
            case Stmt.For loop -> loop(loop, scope);
            case Stmt.SetBlock set -> captured(set.scope(), set.body(), set.value(), scope);
            case Stmt.FilterBlock filter -> captured(filter.scope(), filter.body(), filter.value(), scope);
            case Stmt.With with -> {
                with.scope().within(scope);
                with.targets().forEach(target -> FreeNames.variables(target, with.scope()::parameter));
                body(with.body(), with.scope());
            }
            case Stmt.MacroDefinition definition -> macro(definition.macro(), scope);
            case Stmt.CallBlock call -> macro(call.caller(), scope);
            case Stmt.Generation generation -> macro(generation.body(), scope);
        }
    }

    private static void loop(Stmt.For loop, Scope scope) {
        loop.bodyScope().within(scope);
        loop.bodyScope().parameter(Loop.NAME);
        FreeNames.variables(loop.target(), loop.bodyScope()::parameter);
        body(loop.body(), loop.bodyScope());
        loop.filterScope().within(scope);
        FreeNames.variables(loop.target(), loop.filterScope()::parameter);
        load(loop.filter(), loop.filterScope());
        loop.otherwiseScope().within(scope);
        body(loop.otherwise(), loop.otherwiseScope());
    }

    private static void captured(Scope own, List<Stmt> body, Expr value, Scope scope) {
        own.within(scope);
        own.parameter(Stmt.CAPTURED);
        body(body, own);
        load(value, own);
    }

    private static void macro(MacroBody macro, Scope scope) {
        Scope own = macro.scope();
        own.within(scope);
        macro.parameters().forEach(parameter -> own.parameter(parameter.name()));
        if (macro.usesCaller()) {
            own.parameter("caller");
        }
        if (macro.usesKwargs()) {
            own.parameter("kwargs");
        }
        if (macro.usesVarargs()) {
            own.parameter("varargs");
        }
        macro.parameters().forEach(parameter -> load(parameter.defaultValue(), own));
        body(macro.body(), own);
    }

    private static void load(Expr expression, Scope scope) {
        FreeNames.read(expression, name -> {
            if (!name.equals(Stmt.CAPTURED)) {
                scope.load(name);
            }
        });
    }

    private static void store(Target target, Scope scope) {
        switch (target) {
            case Target.Variable variable -> scope.store(variable.name());
            case Target.NamespaceAttribute attribute -> scope.load(attribute.namespace());
            case Target.Unpacked unpacked -> unpacked.targets().forEach(inner -> store(inner, scope));
        }
    }
}
