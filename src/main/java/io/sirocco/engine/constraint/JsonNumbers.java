package io.sirocco.engine.constraint;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.List;
import org.apache.lucene.util.automaton.Automata;
import org.apache.lucene.util.automaton.Automaton;
import org.apache.lucene.util.automaton.Operations;

/**
 * Canonical JSON numbers in a range: no exponent, no zeros in front, {@code 0} without a sign. Integers have up to 18 digits; other
 * numbers up to 15 before the point, and up to 15 behind it if there is one.
 */
final class JsonNumbers {

    private static final int INTEGER_DIGITS = 18;
    private static final int NUMBER_DIGITS = 15;

    /** Digits behind the point, of a number or of a bound. */
    static final int FRACTION_DIGITS = 15;

    // How what has been read compares with the bound; also the place of its state among three.
    private static final int LESS = 0;
    private static final int EQUAL = 1;
    private static final int GREATER = 2;
    private static final int RELATIONS = 3;

    private final boolean integer;
    private final int digits;

    private JsonNumbers(boolean integer) {
        this.integer = integer;
        digits = integer ? INTEGER_DIGITS : NUMBER_DIGITS;
    }

    /** One end of a range, with at most {@link #FRACTION_DIGITS} digits behind the point. */
    record Bound(BigDecimal value, boolean exclusive) {}

    /** @param low null for none, as is {@code high} */
    static Automaton range(boolean integer, Bound low, Bound high) {
        JsonNumbers numbers = new JsonNumbers(integer);
        Automaton positive = numbers.magnitudes(low, high);
        Automaton negative = Operations.intersection(
                numbers.magnitudes(negated(high), negated(low)),
                numbers.compared(new Bound(BigDecimal.ZERO, true), GREATER));
        return Operations.union(List.of(positive, Operations.concatenate(List.of(Automata.makeChar('-'), negative))));
    }

    private static Bound negated(Bound bound) {
        return bound == null ? null : new Bound(bound.value().negate(), bound.exclusive());
    }

    /** Those from 0 on. */
    private Automaton magnitudes(Bound low, Bound high) {
        Automaton all = compared(new Bound(BigDecimal.ZERO, false), GREATER);
        if (low != null && low.value().signum() >= 0) {
            all = Operations.intersection(all, compared(low, GREATER));
        }
        if (high != null) {
            all = high.value().signum() < 0 ? Automata.makeEmpty() : Operations.intersection(all, compared(high, LESS));
        }
        return all;
    }

    /** Magnitudes that are on one side of a bound of 0 or more, or equal to it unless it is exclusive. */
    private Automaton compared(Bound bound, int side) {
        BigInteger whole = bound.value().toBigInteger();
        String bits = whole.signum() == 0 ? "0" : whole.bitLength() > 64 ? "9".repeat(digits + 1) : whole.toString();
        String fraction = bound.value().subtract(new BigDecimal(whole)).signum() == 0
                ? ""
                : bound.value()
                        .remainder(BigDecimal.ONE)
                        .setScale(FRACTION_DIGITS, RoundingMode.UNNECESSARY)
                        .toPlainString()
                        .substring(2);
        Automaton.Builder automaton = new Automaton.Builder();
        int start = automaton.createState();
        int[] points = new int[RELATIONS]; // where the digits before the point have ended
        for (int relation = 0; relation < RELATIONS; relation++) {
            points[relation] = automaton.createState();
            automaton.setAccept(points[relation], accepts(ended(relation, fraction, 0), side, bound.exclusive()));
        }
        for (int length = 1; length <= digits; length++) {
            whole(automaton, start, points, length, bits);
        }
        if (!integer) {
            fraction(automaton, points, fraction, side, bound.exclusive());
        }
        return Operations.determinize(automaton.finish(), 1 << 20);
    }

    private static void whole(Automaton.Builder automaton, int start, int[] points, int length, String bound) {
        int[] at = {-1, -1, -1};
        int first = length < bound.length() ? LESS : length > bound.length() ? GREATER : EQUAL;
        at[first] = start;
        for (int place = 0; place < length; place++) {
            int[] next = points;
            if (place < length - 1) {
                next = new int[] {automaton.createState(), automaton.createState(), automaton.createState()};
            }
            for (int relation = 0; relation < RELATIONS; relation++) {
                boolean comparable = relation != EQUAL || length == bound.length();
                if (at[relation] >= 0 && comparable) {
                    for (int digit = place == 0 && length > 1 ? 1 : 0; digit <= 9; digit++) {
                        int then = relation == EQUAL ? compare(digit, bound.charAt(place)) : relation;
                        automaton.addTransition(at[relation], next[then], '0' + digit);
                    }
                }
            }
            at = next;
        }
    }

    private static void fraction(Automaton.Builder automaton, int[] points, String bound, int side, boolean exclusive) {
        int[] at = {automaton.createState(), automaton.createState(), automaton.createState()};
        for (int relation = 0; relation < RELATIONS; relation++) {
            automaton.addTransition(points[relation], at[relation], '.');
        }
        for (int place = 0; place < FRACTION_DIGITS; place++) {
            int[] next = {automaton.createState(), automaton.createState(), automaton.createState()};
            for (int relation = 0; relation < RELATIONS; relation++) {
                for (int digit = 0; digit <= 9; digit++) {
                    char other = bound.isEmpty() ? '0' : bound.charAt(place);
                    int then = relation == EQUAL ? compare(digit, other) : relation;
                    automaton.addTransition(at[relation], next[then], '0' + digit);
                }
                automaton.setAccept(next[relation], accepts(ended(relation, bound, place + 1), side, exclusive));
            }
            at = next;
        }
    }

    private static int compare(int digit, char bound) {
        int difference = digit - (bound - '0');
        return difference < 0 ? LESS : difference > 0 ? GREATER : EQUAL;
    }

    /** The relation of a number that ends here: what is left of the bound's fraction makes it larger. */
    private static int ended(int relation, String fraction, int place) {
        boolean more =
                place < fraction.length() && fraction.substring(place).chars().anyMatch(digit -> digit != '0');
        return relation == EQUAL && more ? LESS : relation;
    }

    private static boolean accepts(int relation, int side, boolean exclusive) {
        return relation == side || (relation == EQUAL && !exclusive);
    }
}
