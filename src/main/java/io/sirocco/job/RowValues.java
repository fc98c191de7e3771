package io.sirocco.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import scala.jdk.javaapi.CollectionConverters;

/** Spark's values as plain Java ones: String, Boolean, Long, Double, null, List and Map; the same whether they came as columns or as JSON text. */
final class RowValues {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private RowValues() {}

    /** A row's first {@code columns} columns by name. */
    static Map<String, Object> columns(Row row, int columns) {
        String[] names = row.schema().fieldNames();
        Map<String, Object> values = new LinkedHashMap<>();
        for (int i = 0; i < columns; i++) {
            values.put(names[i], plain(row.get(i)));
        }
        return values;
    }

    /** One value. Decimals, dates and times become their text; bytes stay bytes. */
    static Object plain(Object value) {
        return switch (value) {
            case null -> null;
            case String _, Boolean _, Long _, Double _ -> value;
            case Byte _, Short _, Integer _ -> ((Number) value).longValue();
            case Float number -> Double.valueOf(number.toString());
            case BigDecimal number -> number.toPlainString();
            case BigInteger number -> number.toString();
            case byte[] bytes -> bytes;
            case Row struct -> columns(struct, struct.size());
            case scala.collection.Map<?, ?> map -> plainMap(CollectionConverters.asJava(map));
            case Map<?, ?> map -> plainMap(map);
            case scala.collection.Iterable<?> list -> plainList(CollectionConverters.asJava(list));
            case List<?> list -> plainList(list);
            default -> value.toString();
        };
    }

    /**
     * The value that JSON text holds.
     *
     * @throws IllegalArgumentException saying in a few words what is wrong with it
     */
    static Object json(String text) {
        try {
            return plain(JSON.readValue(text, Object.class));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not valid JSON: " + firstLine(e.getOriginalMessage()), e);
        }
    }

    private static String firstLine(String message) {
        return message.lines().findFirst().orElse("");
    }

    private static Map<String, Object> plainMap(Map<?, ?> map) {
        Map<String, Object> values = new LinkedHashMap<>();
        map.forEach((key, value) -> values.put(String.valueOf(key), plain(value)));
        return values;
    }

    private static List<Object> plainList(Iterable<?> list) {
        List<Object> values = new ArrayList<>();
        list.forEach(value -> values.add(plain(value)));
        return values;
    }
}
