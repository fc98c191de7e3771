package io.sirocco.weights;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Reads a GGUF header from front to back, little-endian, and never beyond its end. */
final class GgufCursor {
    /** Real headers reach some 20 MB (a vocabulary of 262144 tokens and its merges). */
    static final long MAX_HEADER_BYTES = 128L << 20;

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Path path;
    private final MemorySegment file;
    private final long limit;
    private long position;

    GgufCursor(Path path, MemorySegment file) {
        this.path = path;
        this.file = file;
        this.limit = Math.min(file.byteSize(), MAX_HEADER_BYTES);
    }

    long position() {
        return position;
    }

    byte readByte(String what) {
        return file.get(ValueLayout.JAVA_BYTE, advance(Byte.BYTES, what));
    }

    short readShort(String what) {
        return file.get(SHORT, advance(Short.BYTES, what));
    }

    int readInt(String what) {
        return file.get(INT, advance(Integer.BYTES, what));
    }

    long readLong(String what) {
        return file.get(LONG, advance(Long.BYTES, what));
    }

    /** A u64 number, at most {@code most}, of things that take at least {@code leastBytes} each of what is left of the header. */
    long readCount(String what, long leastBytes, long most) {
        long count = readLong(what);
        long room = (limit - position) / leastBytes;
        if (count < 0 || count > Math.min(room, most)) {
            throw new ModelException(path + ": " + what + " is " + Long.toUnsignedString(count) + "; expected at most "
                    + Math.min(room, most)
                    + (room < most ? ", for the file ends there. It is truncated or damaged" : ""));
        }
        return count;
    }

    /** A string of at most {@code maxBytes} bytes of UTF-8 after its u64 length. */
    String readString(String what, long maxBytes) {
        long length = readCount("length of " + what, Byte.BYTES, maxBytes);
        MemorySegment bytes = file.asSlice(advance(length, what), length);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(bytes.asByteBuffer())
                    .toString();
        } catch (CharacterCodingException e) {
            throw new ModelException(path + ": " + what + " is not valid UTF-8", e);
        }
    }

    /** Steps over {@code bytes} bytes and returns where they begin. */
    private long advance(long bytes, String what) {
        if (bytes > limit - position) {
            String end = limit < file.byteSize() ? "header exceeds " + limit + " bytes" : "file ends";
            throw new ModelException(path + ": the " + end + " within " + what + " at offset " + position);
        }
        long begin = position;
        position += bytes;
        return begin;
    }
}
