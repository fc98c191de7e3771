package io.sirocco.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** A damaged tokenizer.json is refused or used: never another exception, never the end of the process in native code. */
class HostileTokenizerTest {

    @Property(tries = 300)
    void damageIsRefusedOrHarmless(@ForAll long seed) {
        Random random = new Random(seed);
        ObjectNode root = random.nextBoolean() ? SmallTokenizers.sentencePiece() : SmallTokenizers.metaspace();
        for (int i = random.nextInt(3); i >= 0; i--) {
            damage(root, random);
        }
        useOrRefuse(root);
    }

    private static void useOrRefuse(ObjectNode root) {
        try (Tokenizer tokenizer = SmallTokenizers.open(root)) {
            int[] ids = tokenizer.encode("Hello <s> world \u00E9 <note>", true);
            IncrementalDetokenizer detokenizer = tokenizer.detokenizer(false);
            StringBuilder text = new StringBuilder();
            for (int id : ids) {
                text.append(detokenizer.accept(id));
            }
            assertEquals(
                    tokenizer.decode(ids, false),
                    text.append(detokenizer.finish()).toString());
        } catch (TokenizerException refused) {
            assertEquals(false, refused.getMessage().isBlank());
        }
    }

    /** Removes or replaces a field or an element anywhere; the vocabulary and the merges count as one field each half of the time. */
    private static void damage(ObjectNode root, Random random) {
        List<JsonNode> containers = new ArrayList<>();
        collect(root, random.nextBoolean(), containers);
        JsonNode container = containers.get(random.nextInt(containers.size()));
        if (container instanceof ObjectNode object) {
            List<String> names = new ArrayList<>();
            object.fieldNames().forEachRemaining(names::add);
            String name = names.get(random.nextInt(names.size()));
            if (random.nextInt(3) == 0) {
                object.remove(name);
            } else {
                object.set(name, value(root, random));
            }
        } else {
            ArrayNode array = (ArrayNode) container;
            int index = random.nextInt(array.size());
            switch (random.nextInt(3)) {
                case 0 -> array.remove(index);
                case 1 -> array.set(index, value(root, random));
                default -> array.insert(index, value(root, random));
            }
        }
    }

    private static void collect(JsonNode node, boolean shallow, List<JsonNode> containers) {
        if (node.isContainerNode() && !node.isEmpty()) {
            containers.add(node);
            if (!shallow || node.size() < 20) {
                node.forEach(child -> collect(child, shallow, containers));
            }
        }
    }

    private static JsonNode value(ObjectNode root, Random random) {
        JsonNodeFactory json = JsonNodeFactory.instance;
        List<JsonNode> values = List.of(
                json.nullNode(),
                json.booleanNode(random.nextBoolean()),
                json.numberNode(random.nextInt(400)),
                json.numberNode(-1),
                json.numberNode(Long.MAX_VALUE),
                json.numberNode(1e300),
                json.textNode(""),
                json.textNode("a"),
                json.textNode("<s>"),
                json.textNode("\u2581"),
                json.textNode("\uD83D\uDE00"),
                json.objectNode(),
                json.arrayNode(),
                root.path("normalizer").deepCopy(),
                root.path("decoder").deepCopy(),
                root.path("post_processor").deepCopy());
        JsonNode value = values.get(random.nextInt(values.size()));
        return value.isMissingNode() ? json.nullNode() : value;
    }
}
