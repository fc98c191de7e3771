package io.sirocco.job;

import java.io.Serializable;
import java.util.Optional;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;

/** Where a row's prompt stands. It is sent to the tasks. */
sealed interface PromptSource extends Serializable {

    /** A string column. */
    record Text(String column, int index) implements PromptSource {}

    /** A column of messages, or of JSON text that holds them. */
    record Messages(String column, int index) implements PromptSource {}

    /** A column of token ids, or of JSON text that holds them. */
    record TokenIds(String column, int index) implements PromptSource {}

    /** A Jinja template over all columns. */
    record Template(String source) implements PromptSource {}

    /** The endpoint and the body of a request in an OpenAI batch, which say how to answer, too. */
    record Batch(int url, int body) implements PromptSource {}

    /** What it is, whatever named it: {@code messages-column chat}. */
    default String description() {
        return switch (this) {
            case Text(String column, int _) -> "prompt-column " + column;
            case Messages(String column, int _) -> "messages-column " + column;
            case TokenIds(String column, int _) -> "token-ids-column " + column;
            case Template _ -> "prompt-template";
            case Batch _ -> "openai-batch";
        };
    }

    /**
     * Chooses by what was named, then by which columns there are.
     *
     * @throws JobException if there is no such column or it has the wrong type
     */
    static PromptSource choose(StructType schema, GenerateOptions options) {
        if (options.promptTemplate().isPresent()) {
            return new Template(options.promptTemplate().get());
        }
        ColumnName text = options.promptColumn();
        ColumnName messages = options.messagesColumn();
        ColumnName ids = options.tokenIdsColumn();
        if (ids.named()) {
            return tokenIds(schema, ids);
        } else if (text.named()) {
            return text(schema, text);
        } else if (messages.named()) {
            return messages(schema, messages);
        } else if (options.inputFormat().equals(Optional.of(InputFormat.OPENAI_BATCH))) {
            return new Batch(
                    Columns.require(schema, new ColumnName("url", true), "--input-format"),
                    Columns.require(schema, new ColumnName("body", true), "--input-format"));
        } else if (Columns.find(schema, text.name()).isPresent()) {
            return text(schema, text);
        } else if (Columns.find(schema, messages.name()).isPresent()) {
            return messages(schema, messages);
        } else if (Columns.find(schema, ids.name()).isPresent()) {
            return tokenIds(schema, ids);
        }
        throw new JobException("the input has no column " + text.name() + ", " + messages.name() + " or " + ids.name()
                + "; it has " + String.join(", ", schema.fieldNames()) + ". Name one with --prompt-column");
    }

    /**
     * That of text.
     *
     * @throws JobException if there is no such column or it has the wrong type
     */
    static PromptSource text(StructType schema, ColumnName column) {
        int index = Columns.require(schema, column, "--prompt-column");
        requireType(schema, index, type(schema, index) instanceof StringType, "string");
        return new Text(schema.fieldNames()[index], index);
    }

    /**
     * That of messages.
     *
     * @throws JobException if there is no such column or it has the wrong type
     */
    static PromptSource messages(StructType schema, ColumnName column) {
        int index = Columns.require(schema, column, "--messages-column");
        DataType type = type(schema, index);
        boolean structs = type instanceof ArrayType array
                && array.elementType() instanceof StructType message
                && isString(message, "role")
                && isString(message, "content");
        requireType(schema, index, structs || type instanceof StringType, "array<struct<role:string,content:string>>");
        return new Messages(schema.fieldNames()[index], index);
    }

    private static PromptSource tokenIds(StructType schema, ColumnName column) {
        int index = Columns.require(schema, column, "--token-ids-column");
        DataType type = type(schema, index);
        boolean numbers = type instanceof ArrayType array
                && (array.elementType() instanceof NumericType || array.elementType() instanceof NullType);
        requireType(schema, index, numbers || type instanceof StringType, "array<int>");
        return new TokenIds(schema.fieldNames()[index], index);
    }

    private static boolean isString(StructType message, String name) {
        Optional<Integer> index = Columns.find(message, name);
        return index.isPresent() && type(message, index.get()) instanceof StringType;
    }

    private static DataType type(StructType schema, int index) {
        return schema.fields()[index].dataType();
    }

    private static void requireType(StructType schema, int index, boolean right, String expected) {
        if (!right) {
            throw new JobException("column " + schema.fieldNames()[index] + " is "
                    + type(schema, index).simpleString() + "; expected " + expected);
        }
    }
}
