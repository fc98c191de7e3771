package io.sirocco.text.jinja;

import java.util.List;
import java.util.Map;

/** Whether a value counts as true. */
final class Truth {
    private Truth() {}

    static boolean of(Object value) {
        return switch (value) {
            case null -> false;
            case Undefined undefined -> {
                undefined.asNothing();
                yield false;
            }
            case Boolean bool -> bool;
            case Long number -> number != 0;
            case Double number -> number != 0;
            case String text -> !text.isEmpty();
            case Markup markup -> !markup.text().isEmpty();
            case List<?> list -> !list.isEmpty();
            case Tuple tuple -> !tuple.items().isEmpty();
            case Map<?, ?> map -> !map.isEmpty();
            case Range range -> range.size() > 0;
            case DictView view -> !view.dict().isEmpty();
            default -> true;
        };
    }
}
