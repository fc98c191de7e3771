package io.sirocco.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Writes a {@link RandomModel} as a GGUF file: always the same bytes, through one small buffer however large the model is. */
final class RandomGguf {
    private static final int VERSION = 3;
    private static final int ALIGNMENT = 32;
    private static final int BUFFER_BYTES = 4 << 20;

    private static final int U32 = 4;
    private static final int F32 = 6;
    private static final int STRING = 8;

    /** Weights are uniform in +-0.02, the scale at which models are initialised. */
    private static final float SCALE = 0.02f;

    /** A tensor of the file, its bytes in the order of the list. */
    private record Entry(String name, GgmlType type, int rows, int columns) {
        /** Padded, so that the next tensor is aligned. */
        long bytes() {
            long bytes = (long) rows * columns * type.blockBytes();
            return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        }

        boolean isVector() {
            return type == GgmlType.F32;
        }
    }

    private final RandomModel model;
    private final List<Entry> tensors = new ArrayList<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);

    private RandomGguf(RandomModel model) {
        this.model = model;
        matrix("token_embd", model.vocabSize(), model.dim());
        for (int n = 0; n < model.layers(); n++) {
            layer("blk." + n + ".");
        }
        vector("output_norm");
        if (!model.tied()) {
            matrix("output", model.vocabSize(), model.dim());
        }
    }

    private void layer(String prefix) {
        int kvDim = model.kvHeads() * model.headDim();
        vector(prefix + "attn_norm");
        matrix(prefix + "attn_q", model.dim(), model.dim());
        matrix(prefix + "attn_k", kvDim, model.dim());
        matrix(prefix + "attn_v", kvDim, model.dim());
        matrix(prefix + "attn_output", model.dim(), model.dim());
        vector(prefix + "ffn_norm");
        matrix(prefix + "ffn_gate", model.hiddenDim(), model.dim());
        matrix(prefix + "ffn_up", model.hiddenDim(), model.dim());
        matrix(prefix + "ffn_down", model.dim(), model.hiddenDim());
    }

    private void vector(String name) {
        tensors.add(new Entry(name + ".weight", GgmlType.F32, 1, model.dim()));
    }

    private void matrix(String name, int rows, int columns) {
        tensors.add(new Entry(name + ".weight", GgmlType.BF16, rows, columns));
    }

    static void write(RandomModel model, Path file, PullProgress progress) throws IOException {
        new RandomGguf(model).write(file, progress);
    }

    private void write(Path file, PullProgress progress) throws IOException {
        long total = tensors.stream().mapToLong(Entry::bytes).sum();
        ProgressMeter meter = new ProgressMeter(progress, file.getFileName().toString(), total);
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            header();
            drain(channel);
            long done = 0;
            for (Entry tensor : tensors) {
                values(tensor, channel);
                done += tensor.bytes();
                meter.at(done);
            }
            channel.force(true);
        }
        meter.finished(total);
    }

    private void header() {
        buffer.putInt(GgufFile.MAGIC).putInt(VERSION).putLong(tensors.size()).putLong(12);
        text("general.architecture", "llama");
        text("general.name", "random weights, " + model.name());
        number("llama.context_length", RandomModel.CONTEXT);
        number("llama.embedding_length", model.dim());
        number("llama.block_count", model.layers());
        number("llama.feed_forward_length", model.hiddenDim());
        number("llama.attention.head_count", model.heads());
        number("llama.attention.head_count_kv", model.kvHeads());
        number("llama.vocab_size", model.vocabSize());
        number("llama.rope.freq_base", 10_000f);
        number("llama.attention.layer_norm_rms_epsilon", 1e-5f);
        text("tokenizer.ggml.model", "none");
        long offset = 0;
        for (Entry tensor : tensors) {
            string(tensor.name());
            buffer.putInt(tensor.isVector() ? 1 : 2).putLong(tensor.columns());
            if (!tensor.isVector()) {
                buffer.putLong(tensor.rows());
            }
            buffer.putInt(tensor.type().id()).putLong(offset);
            offset += tensor.bytes();
        }
        pad();
    }

    private void text(String key, String value) {
        string(key);
        buffer.putInt(STRING);
        string(value);
    }

    private void number(String key, int value) {
        string(key);
        buffer.putInt(U32).putInt(value);
    }

    private void number(String key, float value) {
        string(key);
        buffer.putInt(F32).putFloat(value);
    }

    private void string(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        buffer.putLong(utf8.length).put(utf8);
    }

    /** The buffer begins at an aligned place of the file, so its own position tells. */
    private void pad() {
        while (buffer.position() % ALIGNMENT != 0) {
            buffer.put((byte) 0);
        }
    }

    private void values(Entry tensor, FileChannel channel) throws IOException {
        // A seed of its own, so that a tensor does not depend on those before it.
        SplittableRandom random = new SplittableRandom(tensor.name().hashCode());
        for (long left = (long) tensor.rows() * tensor.columns(); left > 0; ) {
            int n = (int) Math.min(left, buffer.remaining() / tensor.type().blockBytes());
            for (int i = 0; i < n; i++) {
                if (tensor.isVector()) {
                    buffer.putFloat(1f);
                } else {
                    float value = (random.nextInt() >> 8) * (SCALE / (1 << 23));
                    buffer.putShort((short) (Float.floatToRawIntBits(value) >>> 16));
                }
            }
            left -= n;
            if (left == 0) {
                pad();
            }
            drain(channel);
        }
    }

    private void drain(FileChannel channel) throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        buffer.clear();
    }
}
