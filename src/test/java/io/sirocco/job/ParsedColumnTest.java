package io.sirocco.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sirocco.engine.Completion;
import io.sirocco.engine.Completion.FinishReason;
import io.sirocco.engine.Completion.Output;
import io.sirocco.engine.constraint.Constraint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Answers of a schema as typed data. */
class ParsedColumnTest {

    private final LocalJob job;

    ParsedColumnTest(@TempDir Path folder) {
        job = new LocalJob(folder);
    }

    private static ParsedColumn column(String schema) {
        return ParsedColumn.of(new Constraint.JsonSchema(schema, 2));
    }

    private static Object parsed(ParsedColumn column, String text) {
        Output output = new Output(0, text, List.of(), FinishReason.STOP, null, 0, null);
        return column.value(new Completion(List.of(output), 1, 0, null, null, 0, 0));
    }

    @Test
    void aSchemaIsATypeOfSpark() {
        ParsedColumn column = column("""
                {"type": "object", "properties": {
                   "name": {"type": "string"}, "age": {"type": ["integer", "null"]}, "price": {"type": "number"},
                   "new": {"type": "boolean"}, "tags": {"type": "array", "items": {"enum": ["a", "b"]}},
                   "at": {"type": "object", "properties": {"city": {"type": "string"}}},
                   "any": {}, "either": {"anyOf": [{"type": "integer"}, {"type": "string"}]}}}""");
        assertEquals(
                "struct<name:string,age:bigint,price:double,new:boolean,tags:array<string>,at:struct<city:string>,any:string,"
                        + "either:string>",
                column.type().catalogString());
        Row row = (Row) parsed(column, """
                {"name": "n", "age": null, "price": 3, "new": true, "tags": ["b"], "at": {"city": "Rome"}, "any": [1], "either": 2}""");
        assertEquals("n", row.getString(0));
        assertTrue(row.isNullAt(1));
        assertEquals(3.0, row.getDouble(2));
        assertTrue(row.getBoolean(3));
        assertEquals("b", ((Object[]) row.get(4))[0]);
        assertEquals("Rome", row.getStruct(5).getString(0));
        assertEquals("[1]", row.getString(6));
        assertEquals("2", row.getString(7));
        assertNull(parsed(column, "no document"));
    }

    @Test
    void aJobHasAColumnOfParsedAnswersAndAnErrorWhereOneIsCut() throws IOException {
        Path schema = job.file("schema.json", "{\"type\": \"boolean\"}");
        Path input =
                job.file("in.jsonl", "{\"id\": 1, \"prompt\": \"is it\"}", "{\"id\": 2, \"prompt\": \"is it so\"}");
        String options = "ignoreEos = false, parse = true, jsonSchema = \"" + schema + "\", ";
        List<Row> whole = job.answers(input, options + "maxTokens = 6");
        for (Row row : whole) {
            assertNull(row.getAs("error"));
            assertEquals(LocalJob.answer(row).getString(1), String.valueOf(row.<Boolean>getAs("parsed")));
        }
        List<Row> cut = job.answers(input, options + "maxTokens = 3, overwrite = true");
        for (Row row : cut) {
            assertEquals("constraint_error", LocalJob.code(row));
            assertNull(row.getAs("parsed"));
            assertNotNull(LocalJob.answer(row).getString(1));
        }
        List<Row> completed = job.answers(input, options + "maxTokens = 5, complete = true, overwrite = true");
        for (Row row : completed) {
            assertEquals("", LocalJob.code(row));
            assertEquals(true, row.<Boolean>getAs("parsed"));
        }
    }
}
