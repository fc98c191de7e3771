package io.sirocco.text.jinja;

import io.sirocco.text.jinja.Expr.Relation;

/** The comparison operators. */
final class Relations {
    private Relations() {}

    static boolean hold(Relation relation, Object left, Object right, Rendering rendering) {
        Budget budget = rendering.budget();
        return switch (relation) {
            case EQUAL -> Equality.equal(left, right, budget);
            case NOT_EQUAL -> !Equality.equal(left, right, budget);
            case LESS -> Ordering.less(left, right, budget);
            case LESS_OR_EQUAL -> Ordering.lessOrEqual(left, right, budget);
            case GREATER -> Ordering.less(right, left, budget);
            case GREATER_OR_EQUAL -> Ordering.lessOrEqual(right, left, budget);
            case IN -> Sequences.contains(right, left, rendering);
            case NOT_IN -> !Sequences.contains(right, left, rendering);
        };
    }
}
