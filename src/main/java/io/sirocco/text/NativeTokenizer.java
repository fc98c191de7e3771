package io.sirocco.text;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A tokenizer of Hugging Face's library in native memory, through DJL's bindings. These are called directly: DJL's own
 * {@code HuggingFaceTokenizer} calls home from cloud machines and copies offsets and pieces that nobody asked for.
 */
final class NativeTokenizer implements AutoCloseable {
    private static final TokenizersLibrary LIBRARY = TokenizersLibrary.LIB;

    private final long handle;

    /** Encoding reads, closing writes: native memory is never freed under a thread that is in it. */
    private final ReadWriteLock lock = new ReentrantReadWriteLock();

    private boolean closed;

    /**
     * @param json a whole {@code tokenizer.json}
     * @param source for messages
     */
    NativeTokenizer(String json, String source) {
        NativeLibrary.load();
        try {
            handle = LIBRARY.createTokenizerFromString(json);
        } catch (RuntimeException e) {
            throw new TokenizerException(source + " is refused by the tokenizers library: " + e.getMessage(), e);
        }
        LIBRARY.disableTruncation(handle);
        LIBRARY.disablePadding(handle);
    }

    int[] encode(String text, boolean addSpecialTokens) {
        lock.readLock().lock();
        try {
            if (closed) {
                throw new IllegalStateException("the tokenizer is closed");
            }
            long encoding = encoding(text, addSpecialTokens);
            try {
                long[] ids = LIBRARY.getTokenIds(encoding);
                int[] narrow = new int[ids.length];
                for (int i = 0; i < ids.length; i++) {
                    narrow[i] = Math.toIntExact(ids[i]);
                }
                return narrow;
            } finally {
                LIBRARY.deleteEncoding(encoding);
            }
        } finally {
            lock.readLock().unlock();
        }
    }

    private long encoding(String text, boolean addSpecialTokens) {
        try {
            return LIBRARY.encode(handle, text, addSpecialTokens);
        } catch (RuntimeException e) {
            throw new TokenizerException("the text cannot be tokenized: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                LIBRARY.deleteTokenizer(handle);
            }
        } finally {
            lock.writeLock().unlock();
        }
    }
}
