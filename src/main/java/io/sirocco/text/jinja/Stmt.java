package io.sirocco.text.jinja;

import java.util.List;

/** A statement. Each body that has variables of its own comes with its {@link Scope}. */
sealed interface Stmt {

    /** Template text, as it stands. */
    record Text(String text) implements Stmt {}

    /** {@code {{ value }}} */
    record Print(Expr value, int line) implements Stmt {}

    record If(List<Branch> branches, List<Stmt> otherwise) implements Stmt {}

    record Branch(Expr test, List<Stmt> body) {}

    /**
     * {@code {% for target in iterable if filter recursive %}body{% else %}otherwise{% endfor %}}
     *
     * @param filter null if left out
     */
    record For(
            Target target,
            Expr iterable,
            Expr filter,
            boolean recursive,
            List<Stmt> body,
            List<Stmt> otherwise,
            Scope bodyScope,
            Scope filterScope,
            Scope otherwiseScope,
            int line)
            implements Stmt {}

    record Set(Target target, Expr value, int line) implements Stmt {}

    /**
     * {@code {% set target | filter %}body{% endset %}}
     *
     * @param value what the target becomes: {@link #CAPTURED} through the filters
     */
    record SetBlock(Target target, Expr value, List<Stmt> body, Scope scope, int line) implements Stmt {}

    /**
     * {@code {% filter name %}body{% endfilter %}}
     *
     * @param value what is printed: {@link #CAPTURED} through the filters
     */
    record FilterBlock(Expr value, List<Stmt> body, Scope scope, int line) implements Stmt {}

    record With(List<Target> targets, List<Expr> values, List<Stmt> body, Scope scope, int line) implements Stmt {}

    record MacroDefinition(String name, MacroBody macro, int line) implements Stmt {}

    /** {@code {% call(parameters) call %}body{% endcall %}}: the body is the macro that the callee sees as caller. */
    record CallBlock(MacroBody caller, Expr.Call call, int line) implements Stmt {}

    /** {@code {% generation %}body{% endgeneration %}}: marks an assistant's text for training, renders its body. */
    record Generation(MacroBody body) implements Stmt {}

    record Break() implements Stmt {}

    record Continue() implements Stmt {}

    /**
     * What a macro or call block runs.
     *
     * @param usesCaller, usesKwargs, usesVarargs whether the body reads these names without their being parameters
     */
    record MacroBody(
            String name,
            List<Parameter> parameters,
            List<Stmt> body,
            boolean usesCaller,
            boolean usesKwargs,
            boolean usesVarargs,
            Scope scope) {}

    /** A parameter of a macro; {@code defaultValue} is null if there is none. */
    record Parameter(String name, Expr defaultValue) {}

    /** What is assigned to. */
    sealed interface Target {
        record Variable(String name, int line) implements Target {}

        /** {@code namespace.attribute} */
        record NamespaceAttribute(String namespace, String attribute, int line) implements Target {}

        record Unpacked(List<Target> targets, int line) implements Target {}
    }

    /** The variable that holds a block's text for its filters; no name in a template is empty. */
    String CAPTURED = "";
}
