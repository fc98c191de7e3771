package io.sirocco.text.jinja;

import java.util.List;

/** {@code cycler(a, b)}: gives its values in turn by {@code next()}. */
final class Cycler {
    private final List<Object> items;
    private int position;

    private Cycler(List<Object> items) {
        this.items = items;
    }

    static Cycler of(Arguments arguments) {
        List<Object> items = arguments.byPlace("cycler", 1, Integer.MAX_VALUE);
        return new Cycler(items);
    }

    /** An attribute that a template can read, or {@link Frame#MISSING}. */
    Object attribute(String name) {
        return switch (name) {
            case "current" -> items.get(position);
            case "items" -> Tuple.of(items);
            case "pos" -> (long) position;
            case "next" ->
                (Callable) (rendering, arguments) -> {
                    arguments.byPlace("next", 0, 0);
                    Object current = items.get(position);
                    position = (position + 1) % items.size();
                    return current;
                };
            case "reset" ->
                (Callable) (rendering, arguments) -> {
                    arguments.byPlace("reset", 0, 0);
                    position = 0;
                    return null;
                };
            default -> Frame.MISSING;
        };
    }
}
