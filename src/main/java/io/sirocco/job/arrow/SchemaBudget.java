package io.sirocco.job.arrow;

import java.io.IOException;
import org.apache.arrow.flatbuf.Field;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.Schema;

/**
 * What a schema may cost to read. Flatbuffers point into themselves, so that few bytes may say that fields lie in fields without an end, or
 * that thousands have one long name; this looks at them as they lie there, before they become objects.
 */
final class SchemaBudget {

    private static final int MOST_DEPTH = 64;
    private static final int MOST_BYTES = 16 << 20;
    private static final int FIELD_BYTES = 256;

    private int spent;

    private SchemaBudget() {}

    /** @throws IOException if the schema is larger than any sensible one */
    static void check(Message message) throws IOException {
        if (!(message.header(new Schema()) instanceof Schema schema)) {
            throw new IOException("it has no schema");
        }
        SchemaBudget budget = new SchemaBudget();
        for (int i = 0; i < schema.fieldsLength(); i++) {
            budget.spend(schema.fields(i), 0);
        }
    }

    private void spend(Field field, int depth) throws IOException {
        spent += FIELD_BYTES + nameLength(field);
        if (spent > MOST_BYTES || depth > MOST_DEPTH) {
            throw new IOException("its schema has more than " + MOST_BYTES / FIELD_BYTES
                    + " fields, or fields more than " + MOST_DEPTH + " deep");
        }
        for (int i = 0; i < field.childrenLength(); i++) {
            spend(field.children(i), depth + 1);
        }
    }

    private static int nameLength(Field field) {
        return field.nameAsByteBuffer() == null ? 0 : field.nameAsByteBuffer().remaining();
    }
}
