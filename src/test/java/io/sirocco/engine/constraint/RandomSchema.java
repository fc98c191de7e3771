package io.sirocco.engine.constraint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;

/**
 * A random schema with a generator of its own of valid documents, members in the order of the schema.
 *
 * @param generator makes one
 */
record RandomSchema(JsonNode json, Function<Random, JsonNode> generator) {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final String[] TEXTS = {
        "", "a", "é\"\\", "\n\t\u0001", "x y", "\ud83d\ude00", "2024", "long text, with: signs"
    };

    JsonNode document(Random random) {
        return generator.apply(random);
    }

    /** @param depth how deep arrays and objects may be in one another */
    static RandomSchema of(Random random, int depth) {
        return switch (random.nextInt(depth > 0 ? 12 : 7)) {
            case 0 -> integer(random);
            case 1 -> number(random);
            case 2 -> string(random);
            case 3 -> enumeration(random);
            case 4 -> new RandomSchema(schema("boolean"), r -> JSON.booleanNode(r.nextBoolean()));
            case 5 -> nullable(random);
            case 6 -> format(random);
            case 7 -> array(random, depth);
            case 8 -> tuple(random, depth);
            case 9 -> anyOf(random, depth);
            default -> object(random, depth);
        };
    }

    private static ObjectNode schema(String type) {
        return JSON.objectNode().put("type", type);
    }

    private static RandomSchema integer(Random random) {
        ObjectNode json = schema("integer");
        long low = random.nextInt(2000) - 1000L;
        long high = low + random.nextInt(random.nextBoolean() ? 3 : 5000);
        if (random.nextBoolean()) {
            json.put("minimum", low);
        }
        if (random.nextBoolean()) {
            json.put("exclusiveMaximum", high + 1);
        }
        return new RandomSchema(json, r -> JSON.numberNode(low + r.nextLong(high - low + 1)));
    }

    private static RandomSchema number(Random random) {
        ObjectNode json = schema("number");
        BigDecimal low = BigDecimal.valueOf(random.nextInt(20000) - 10000L, random.nextInt(4));
        BigDecimal high = low.add(BigDecimal.valueOf(1 + random.nextInt(9999), random.nextInt(4)));
        json.put("minimum", low);
        json.put("maximum", high);
        return new RandomSchema(json, r -> {
            BigDecimal share = BigDecimal.valueOf(r.nextInt(1001), 3);
            BigDecimal value = low.add(high.subtract(low).multiply(share));
            return JSON.numberNode(value);
        });
    }

    private static RandomSchema string(Random random) {
        ObjectNode json = schema("string");
        int least = random.nextInt(4);
        int most = least + random.nextInt(20);
        if (random.nextInt(3) == 0) {
            json.put("pattern", "^[a-c]{" + least + "," + most + "}$");
            return new RandomSchema(json, r -> {
                StringBuilder text = new StringBuilder();
                for (int n = least + r.nextInt(most - least + 1); n > 0; n--) {
                    text.append((char) ('a' + r.nextInt(3)));
                }
                return JSON.textNode(text.toString());
            });
        }
        json.put("minLength", least).put("maxLength", most);
        return new RandomSchema(json, r -> {
            StringBuilder text = new StringBuilder();
            while (text.codePointCount(0, text.length()) < least) {
                text.append(TEXTS[r.nextInt(TEXTS.length)]);
            }
            int end = text.offsetByCodePoints(0, Math.min(most, text.codePointCount(0, text.length())));
            return JSON.textNode(text.substring(0, end));
        });
    }

    private static RandomSchema format(Random random) {
        ObjectNode json = schema("string");
        return switch (random.nextInt(4)) {
            case 0 ->
                new RandomSchema(
                        json.put("format", "date"),
                        r -> JSON.textNode(LocalDate.ofEpochDay(r.nextInt(60_000) - 20_000L)
                                .toString()));
            case 1 ->
                new RandomSchema(
                        json.put("format", "uuid"),
                        r -> JSON.textNode(new UUID(r.nextLong(), r.nextLong()).toString()));
            case 2 ->
                new RandomSchema(
                        json.put("format", "ipv4"),
                        r -> JSON.textNode(
                                r.nextInt(256) + "." + r.nextInt(256) + "." + r.nextInt(256) + "." + r.nextInt(256)));
            default ->
                new RandomSchema(
                        json.put("format", "email"), r -> JSON.textNode("a.b" + r.nextInt(99) + "@example.org"));
        };
    }

    private static RandomSchema enumeration(Random random) {
        List<JsonNode> values = new ArrayList<>();
        for (int n = 1 + random.nextInt(4); n > 0; n--) {
            values.add(
                    random.nextBoolean()
                            ? JSON.numberNode(random.nextInt(100))
                            : JSON.textNode(TEXTS[random.nextInt(TEXTS.length)] + n));
        }
        ObjectNode json = JSON.objectNode();
        if (values.size() == 1) {
            json.set("const", values.getFirst());
        } else {
            values = values.stream().distinct().toList();
            json.putArray("enum").addAll(values);
        }
        List<JsonNode> all = values;
        return new RandomSchema(json, r -> all.get(r.nextInt(all.size())));
    }

    private static RandomSchema nullable(Random random) {
        RandomSchema string = string(random);
        ObjectNode json = string.json().deepCopy();
        json.putArray("type").add("string").add("null");
        return new RandomSchema(json, r -> r.nextBoolean() ? JSON.nullNode() : string.document(r));
    }

    private static RandomSchema array(Random random, int depth) {
        RandomSchema items = of(random, depth - 1);
        int least = random.nextInt(3);
        int most = least + random.nextInt(3);
        ObjectNode json = schema("array").put("minItems", least);
        json.set("items", items.json());
        if (random.nextBoolean()) {
            json.put("maxItems", most);
        }
        return new RandomSchema(json, r -> {
            ArrayNode array = JSON.arrayNode();
            for (int n = least + r.nextInt(most - least + 1); n > 0; n--) {
                array.add(items.document(r));
            }
            return array;
        });
    }

    private static RandomSchema tuple(Random random, int depth) {
        RandomSchema first = of(random, depth - 1);
        RandomSchema second = of(random, depth - 1);
        ObjectNode json = schema("array").put("items", random.nextBoolean()).put("minItems", 1);
        json.putArray("prefixItems").add(first.json()).add(second.json());
        return new RandomSchema(json, r -> {
            ArrayNode array = JSON.arrayNode().add(first.document(r));
            return r.nextBoolean() ? array : array.add(second.document(r));
        });
    }

    private static RandomSchema anyOf(Random random, int depth) {
        RandomSchema a = of(random, depth - 1);
        RandomSchema b = of(random, depth - 1);
        ObjectNode json = JSON.objectNode();
        json.putArray("anyOf").add(a.json()).add(b.json());
        return new RandomSchema(json, r -> (r.nextBoolean() ? a : b).document(r));
    }

    private static RandomSchema object(Random random, int depth) {
        ObjectNode json = schema("object");
        ObjectNode properties = json.putObject("properties");
        List<String> names = new ArrayList<>();
        List<RandomSchema> values = new ArrayList<>();
        List<Boolean> required = new ArrayList<>();
        for (int n = 1 + random.nextInt(4); n > 0; n--) {
            names.add(random.nextInt(5) == 0 ? "k\"" + n : "key" + n);
            values.add(of(random, depth - 1));
            required.add(random.nextBoolean());
            properties.set(names.getLast(), values.getLast().json());
            if (required.getLast()) {
                json.withArray("required").add(names.getLast());
            }
        }
        boolean open = random.nextInt(4) == 0;
        if (open) {
            json.set("additionalProperties", schema("integer"));
        } else if (random.nextBoolean()) {
            json.put("additionalProperties", false);
        }
        return new RandomSchema(json, r -> {
            ObjectNode object = JSON.objectNode();
            for (int i = 0; i < names.size(); i++) {
                if (required.get(i) || r.nextBoolean()) {
                    object.set(names.get(i), values.get(i).document(r));
                }
            }
            if (open && r.nextBoolean()) {
                object.put("other", r.nextInt(1000));
            }
            return object;
        });
    }
}
