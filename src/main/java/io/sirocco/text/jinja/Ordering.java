package io.sirocco.text.jinja;

import java.util.ArrayList;
import java.util.List;

/** {@code <} and its like, and Python's stable sort by them. */
final class Ordering {
    private final Budget budget;
    private int depth;

    private Ordering(Budget budget) {
        this.budget = budget;
    }

    static boolean less(Object left, Object right, Budget budget) {
        return new Ordering(budget).test(left, right, "<", false);
    }

    static boolean lessOrEqual(Object left, Object right, Budget budget) {
        return new Ordering(budget).test(left, right, "<=", true);
    }

    private boolean test(Object left, Object right, String symbol, boolean orEqual) {
        budget.work(1);
        if (left instanceof Undefined undefined) {
            throw undefined.failure();
        }
        if (right instanceof Undefined undefined) {
            throw undefined.failure();
        }
        Number a = Numbers.of(left);
        Number b = Numbers.of(right);
        if (a != null && b != null) {
            if (Numbers.isNan(a) || Numbers.isNan(b)) {
                return false;
            }
            int compared = Numbers.compare(a, b);
            return orEqual ? compared <= 0 : compared < 0;
        }
        String text = Strings.of(left);
        String other = Strings.of(right);
        if (text != null && other != null) {
            budget.work(Math.min(text.length(), other.length()));
            int compared = Strings.compare(text, other);
            return orEqual ? compared <= 0 : compared < 0;
        }
        if (left instanceof List<?> list && right instanceof List<?> otherList) {
            return sequences(list, otherList, symbol, orEqual);
        }
        if (left instanceof Tuple tuple && right instanceof Tuple otherTuple) {
            return sequences(tuple.items(), otherTuple.items(), symbol, orEqual);
        }
        throw Failure.type("'" + Repr.typeName(left) + "' " + symbol + " '" + Repr.typeName(right)
                + "' has no answer; compare values of one type");
    }

    private boolean sequences(List<?> left, List<?> right, String symbol, boolean orEqual) {
        if (++depth > Budget.MAX_VALUE_DEPTH) {
            throw Repr.tooDeep();
        }
        int common = Math.min(left.size(), right.size());
        for (int i = 0; i < common; i++) {
            if (!Equality.identical(left.get(i), right.get(i)) && !Equality.equal(left.get(i), right.get(i), budget)) {
                boolean answer = test(left.get(i), right.get(i), symbol, orEqual);
                depth--;
                return answer;
            }
        }
        depth--;
        return orEqual ? left.size() <= right.size() : left.size() < right.size();
    }

    /** An element with the key it is sorted by. */
    record Keyed(Object key, Object element) {}

    /** Sorted by the keys; equal ones keep their order, in both directions. */
    static List<Object> sorted(List<Keyed> elements, boolean reverse, Budget budget) {
        budget.elements(elements.size());
        Keyed[] sorted = (reverse ? elements.reversed() : elements).toArray(Keyed[]::new);
        mergeSort(sorted, sorted.clone(), 0, sorted.length, budget);
        List<Object> result = new ArrayList<>(sorted.length);
        for (Keyed keyed : sorted) {
            result.add(keyed.element());
        }
        return reverse ? new ArrayList<>(result.reversed()) : result;
    }

    /** Merge sort, as NaN makes {@code <} inconsistent, which java.util's sort may refuse. */
    private static void mergeSort(Keyed[] target, Keyed[] source, int from, int to, Budget budget) {
        if (to - from < 2) {
            return;
        }
        int middle = (from + to) >>> 1;
        mergeSort(source, target, from, middle, budget);
        mergeSort(source, target, middle, to, budget);
        for (int at = from, left = from, right = middle; at < to; at++) {
            boolean takeRight = left == middle || (right < to && less(source[right].key(), source[left].key(), budget));
            target[at] = takeRight ? source[right++] : source[left++];
        }
    }
}
