package io.sirocco.text.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What {@code keys()}, {@code values()} and {@code items()} of a dict return. */
record DictView(Map<?, ?> dict, Part part) {

    enum Part {
        KEYS("dict_keys"),
        VALUES("dict_values"),
        ITEMS("dict_items");

        final String typeName;

        Part(String typeName) {
            this.typeName = typeName;
        }
    }

    List<Object> elements() {
        return switch (part) {
            case KEYS -> new ArrayList<>(dict.keySet());
            case VALUES -> new ArrayList<>(dict.values());
            case ITEMS -> {
                List<Object> items = new ArrayList<>();
                dict.forEach((key, value) -> items.add(Tuple.of(key, value)));
                yield items;
            }
        };
    }
}
