package io.sirocco.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sirocco.engine.Completion;
import io.sirocco.engine.Completion.Code;
import io.sirocco.engine.Completion.FinishReason;
import io.sirocco.engine.Completion.Output;
import io.sirocco.engine.Completion.RowError;
import io.sirocco.engine.constraint.Constraint;
import io.sirocco.engine.constraint.JsonShape;
import java.io.Serializable;
import java.util.Map;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;

/** The column of a row's first answer as typed data: a JSON schema's documents as Spark's structs, arrays and scalars; what has no one type is JSON text. */
record ParsedColumn(JsonShape shape) implements Serializable {

    private static final JsonMapper JSON = new JsonMapper();

    static ParsedColumn of(Constraint.JsonSchema schema) {
        return new ParsedColumn(JsonShape.of(schema));
    }

    DataType type() {
        return type(shape);
    }

    private static DataType type(JsonShape shape) {
        return switch (shape) {
            case JsonShape.Text _, JsonShape.Mixed _ -> DataTypes.StringType;
            case JsonShape.WholeNumber _ -> DataTypes.LongType;
            case JsonShape.AnyNumber _ -> DataTypes.DoubleType;
            case JsonShape.Truth _ -> DataTypes.BooleanType;
            case JsonShape.Items(JsonShape items) -> DataTypes.createArrayType(type(items), true);
            case JsonShape.Members(Map<String, JsonShape> members) ->
                DataTypes.createStructType(members.entrySet().stream()
                        .map(member -> DataTypes.createStructField(member.getKey(), type(member.getValue()), true))
                        .toArray(StructField[]::new));
        };
    }

    /** The completion; one whose first answer is cut has an error, too. */
    Completion checked(Completion completion) {
        boolean cut =
                completion.error() == null && completion.outputs().getFirst().finishReason() == FinishReason.LENGTH;
        return !cut
                ? completion
                : new Completion(
                        completion.outputs(),
                        completion.promptTokens(),
                        completion.cachedTokens(),
                        completion.promptLogprobs(),
                        new RowError(
                                Code.CONSTRAINT_ERROR,
                                "the answer was cut at max-tokens and cannot be parsed; raise it, or pass --complete"),
                        completion.prefillMillis(),
                        completion.decodeMillis());
    }

    /** The value of the column; null where there is no whole answer. */
    Object value(Completion completion) {
        if (completion.error() != null) {
            return null;
        }
        Output first = completion.outputs().getFirst();
        try {
            return value(JSON.readTree(first.text()), shape);
        } catch (JsonProcessingException _) {
            return null; // a row whose own params ask for something else
        }
    }

    private static Object value(JsonNode node, JsonShape shape) {
        if (node == null || node.isNull()) {
            return null;
        }
        return switch (shape) {
            case JsonShape.Text _ -> node.asText();
            case JsonShape.WholeNumber _ -> node.canConvertToLong() ? node.longValue() : null;
            case JsonShape.AnyNumber _ -> node.isNumber() ? node.doubleValue() : null;
            case JsonShape.Truth _ -> node.isBoolean() ? node.booleanValue() : null;
            case JsonShape.Mixed _ -> node.toString();
            case JsonShape.Items(JsonShape items) ->
                node.valueStream().map(item -> value(item, items)).toArray();
            case JsonShape.Members(Map<String, JsonShape> members) ->
                RowFactory.create(members.entrySet().stream()
                        .map(member -> value(node.get(member.getKey()), member.getValue()))
                        .toArray());
        };
    }
}
