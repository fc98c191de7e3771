package io.sirocco.text.jinja;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/** The variable {@code loop} of a running loop, and what the loop takes its elements from. */
final class Loop implements Callable {
    /** The variable's name. */
    static final String NAME = "loop";

    private final Object iterable;
    private final Budget budget;
    private final Recursion recursion;
    private final long depth0;
    private Iterator<Object> elements;
    private int length = -1;
    private long index0 = -1;
    private Object previous = Frame.MISSING;
    private Object current = Frame.MISSING;
    private Object following = Frame.MISSING;
    private Object lastChanged = Frame.MISSING;

    /** Renders the loop's body over other elements, one level deeper. */
    interface Recursion {
        String render(Object iterable, long depth0);
    }

    /**
     * @param elements those of the iterable, without what a filter drops
     * @param iterable what the elements come from if its length is theirs; a generator if not
     * @param recursion null if the loop is not recursive
     */
    Loop(Iterator<Object> elements, Object iterable, Budget budget, Recursion recursion, long depth0) {
        this.elements = elements;
        this.iterable = iterable;
        this.budget = budget;
        this.recursion = recursion;
        this.depth0 = depth0;
    }

    boolean hasNext() {
        return peek() != Frame.MISSING;
    }

    Object next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        previous = current;
        current = following;
        following = Frame.MISSING;
        index0++;
        return current;
    }

    private Object peek() {
        if (following == Frame.MISSING && elements.hasNext()) {
            following = elements.next();
        }
        return following;
    }

    int length() {
        if (length < 0) {
            length = Sequences.length(iterable, budget);
        }
        if (length < 0) {
            List<Object> rest = new ArrayList<>();
            while (elements.hasNext()) {
                budget.elements(1);
                rest.add(elements.next());
            }
            elements = rest.iterator();
            length = (int) (rest.size() + index0 + 1 + (following == Frame.MISSING ? 0 : 1));
        }
        return length;
    }

    /** An attribute that a template can read, or {@link Frame#MISSING}. */
    Object attribute(String name) {
        return switch (name) {
            case "index" -> index0 + 1;
            case "index0" -> index0;
            case "revindex" -> length() - index0;
            case "revindex0" -> length() - index0 - 1;
            case "first" -> index0 == 0;
            case "last" -> peek() == Frame.MISSING;
            case "length" -> (long) length();
            case "depth" -> depth0 + 1;
            case "depth0" -> depth0;
            case "previtem" -> index0 == 0 ? Undefined.because("there is no previous item in the loop") : previous;
            case "nextitem" ->
                peek() == Frame.MISSING ? Undefined.because("there is no next item in the loop") : peek();
            case "cycle" -> (Callable) this::cycle;
            case "changed" -> (Callable) this::changed;
            default -> Frame.MISSING;
        };
    }

    private Object cycle(Rendering rendering, Arguments arguments) {
        List<Object> values = arguments.byPlace("loop.cycle", 1, Integer.MAX_VALUE);
        return values.get((int) (index0 % values.size()));
    }

    private Object changed(Rendering rendering, Arguments arguments) {
        Tuple values = Tuple.of(arguments.byPlace("loop.changed", 0, Integer.MAX_VALUE));
        boolean changed = lastChanged == Frame.MISSING || !Equality.equal(lastChanged, values, rendering.budget());
        lastChanged = values;
        return changed;
    }

    @Override
    public Object call(Rendering rendering, Arguments arguments) {
        if (recursion == null) {
            throw Failure.type("this loop cannot be called; write {% for ... recursive %}");
        }
        return recursion.render(arguments.bind("loop", "iterable").required("iterable"), depth0 + 1);
    }

    String shown() {
        return "<LoopContext " + (index0 + 1) + "/" + length() + ">";
    }
}
