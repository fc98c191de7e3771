package io.sirocco.text.jinja;

import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** {@code ==} as Python has it: 1 == 1.0 == True, a list never equals a tuple. */
final class Equality {
    private final Budget budget;
    private int depth;

    private Equality(Budget budget) {
        this.budget = budget;
    }

    static boolean equal(Object left, Object right, Budget budget) {
        return new Equality(budget).test(left, right);
    }

    /** Python's {@code is}; a collection also finds an element that is not equal to itself, as NaN. */
    @SuppressWarnings("ReferenceEquality")
    static boolean identical(Object left, Object right) {
        return left == right;
    }

    private boolean test(Object left, Object right) {
        budget.work(1);
        Number number = Numbers.of(left);
        if (number != null) {
            Number other = Numbers.of(right);
            return other != null && Numbers.equal(number, other);
        }
        String text = Strings.of(left);
        if (text != null) {
            String other = Strings.of(right);
            if (other == null || other.length() != text.length()) {
                return false;
            }
            budget.work(text.length());
            return text.equals(other);
        }
        return switch (left) {
            case null -> right == null;
            case Undefined undefined -> {
                undefined.asNothing();
                yield right instanceof Undefined;
            }
            case List<?> list -> right instanceof List<?> other && sequences(list, other);
            case Tuple tuple -> right instanceof Tuple other && sequences(tuple.items(), other.items());
            case Map<?, ?> map -> right instanceof Map<?, ?> other && dicts(map, other);
            case Range range -> right instanceof Range other && sequences(range.numbers(), other.numbers());
            case DictView view
            when view.part() != DictView.Part.VALUES ->
                right instanceof DictView other && other.part() == view.part() && sets(view, other);
            default -> identical(left, right);
        };
    }

    private boolean sequences(List<?> left, List<?> right) {
        if (left.size() != right.size()) {
            return false;
        }
        enter();
        Iterator<?> other = right.iterator();
        boolean equal = true;
        for (Object item : left) {
            Object otherItem = other.next();
            // An element is always equal to itself, even NaN.
            equal = identical(item, otherItem) || test(item, otherItem);
            if (!equal) {
                break;
            }
        }
        depth--;
        return equal;
    }

    private boolean dicts(Map<?, ?> left, Map<?, ?> right) {
        if (left.size() != right.size()) {
            return false;
        }
        enter();
        boolean equal = true;
        for (Map.Entry<?, ?> entry : left.entrySet()) {
            Object value = Dicts.get(right, entry.getKey(), Frame.MISSING);
            equal = value != Frame.MISSING && (identical(value, entry.getValue()) || test(entry.getValue(), value));
            if (!equal) {
                break;
            }
        }
        depth--;
        return equal;
    }

    private boolean sets(DictView left, DictView right) {
        return left.dict().size() == right.dict().size()
                && left.dict().keySet().stream()
                        .allMatch(key -> Dicts.get(right.dict(), key, Frame.MISSING) != Frame.MISSING)
                && (left.part() == DictView.Part.KEYS || dicts(left.dict(), right.dict()));
    }

    private void enter() {
        if (++depth > Budget.MAX_VALUE_DEPTH) {
            throw Repr.tooDeep();
        }
    }
}
