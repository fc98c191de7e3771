package io.sirocco.text.jinja;

import java.util.List;

/** An expression. {@code line} is the source line of what may fail. */
sealed interface Expr {

    record Literal(Object value) implements Expr {}

    record Name(String name, int line) implements Expr {}

    record ListOf(List<Expr> items) implements Expr {}

    record TupleOf(List<Expr> items) implements Expr {}

    record DictOf(List<Pair> pairs, int line) implements Expr {}

    record Pair(Expr key, Expr value) {}

    /** {@code target.name} */
    record Attribute(Expr target, String name, int line) implements Expr {}

    /** {@code target[key]} */
    record Item(Expr target, Expr key, int line) implements Expr {}

    /** {@code target[start:stop:step]}, each of the three null if left out. */
    record Slice(Expr target, Expr start, Expr stop, Expr step, int line) implements Expr {}

    record Call(Expr callee, Passed passed, int line) implements Expr {}

    /** {@code value | name(passed)} */
    record Filtered(Expr value, String name, Filter filter, Passed passed, int line) implements Expr {}

    /** {@code value is name(passed)} */
    record Tested(Expr value, String name, Test test, Passed passed, int line) implements Expr {}

    record Not(Expr operand) implements Expr {}

    /** {@code -operand} or {@code +operand} */
    record Sign(boolean negative, Expr operand, int line) implements Expr {}

    /** {@code first op operand op operand ...}, from left to right. One flat node, so that a long chain needs no deep recursion. */
    record Arithmetic(Expr first, List<Step> steps) implements Expr {}

    record Step(Operator operator, Expr operand, int line) {}

    /** {@code part ~ part ~ ...} */
    record Concat(List<Expr> parts, int line) implements Expr {}

    /** {@code first < operand <= operand ...}: each neighbouring pair holds. */
    record Compare(Expr first, List<Comparison> comparisons) implements Expr {}

    record Comparison(Relation relation, Expr operand, int line) {}

    record And(List<Expr> operands) implements Expr {}

    record Or(List<Expr> operands) implements Expr {}

    /** {@code then if test else otherwise}; otherwise is null if left out. */
    record Conditional(Expr test, Expr then, Expr otherwise) implements Expr {}

    /** The arguments of a call: {@code (a, b, *spread, name=c, **spreadNamed)}; the spread ones are null if left out. */
    record Passed(List<Expr> positional, List<Named> named, Expr spread, Expr spreadNamed) {
        static final Passed NOTHING = new Passed(List.of(), List.of(), null, null);

        boolean isEmpty() {
            return positional.isEmpty() && named.isEmpty() && spread == null && spreadNamed == null;
        }
    }

    record Named(String name, Expr value) {}

    enum Operator {
        ADD("+"),
        SUBTRACT("-"),
        MULTIPLY("*"),
        DIVIDE("/"),
        FLOOR_DIVIDE("//"),
        MODULO("%"),
        POWER("**");

        final String symbol;

        Operator(String symbol) {
            this.symbol = symbol;
        }
    }

    enum Relation {
        EQUAL("=="),
        NOT_EQUAL("!="),
        LESS("<"),
        LESS_OR_EQUAL("<="),
        GREATER(">"),
        GREATER_OR_EQUAL(">="),
        IN("in"),
        NOT_IN("not in");

        final String symbol;

        Relation(String symbol) {
            this.symbol = symbol;
        }
    }
}
