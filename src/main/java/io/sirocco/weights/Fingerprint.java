package io.sirocco.weights;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;

/**
 * SHA-256 of which model this is, without reading all of it. In order:
 *
 * <ol>
 *   <li>the configuration as compact JSON, keys in the file's order;
 *   <li>for each tensor, sorted by canonical name: name, type and shape;
 *   <li>its bytes: all of them up to 64 KiB, else 16 pages of 4 KiB spaced evenly, the first page and the last among them.
 * </ol>
 *
 * So it tells models, fine-tunes, types and configurations apart, and does not depend on how a model is cut into files.
 */
final class Fingerprint {
    private static final int PAGE_BYTES = 4096;
    private static final int PAGES = 16;

    private Fingerprint() {}

    static String of(JsonNode config, SortedMap<String, StoredTensor> tensors) {
        MessageDigest digest = sha256();
        try (DataOutputStream out =
                new DataOutputStream(new DigestOutputStream(OutputStream.nullOutputStream(), digest))) {
            byte[] json = new JsonMapper().writeValueAsBytes(config);
            out.writeInt(json.length);
            out.write(json);
            for (Map.Entry<String, StoredTensor> entry : tensors.entrySet()) {
                StoredTensor tensor = entry.getValue();
                out.writeUTF(entry.getKey());
                out.writeUTF(tensor.type());
                out.writeInt(tensor.shape().size());
                for (long dimension : tensor.shape()) {
                    out.writeLong(dimension);
                }
                writeSample(out, tensor);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("writing into a digest", e);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void writeSample(OutputStream out, StoredTensor tensor) throws IOException {
        long size = tensor.data().byteSize();
        if (size <= (long) PAGES * PAGE_BYTES) {
            out.write(tensor.data().toArray(ValueLayout.JAVA_BYTE));
            return;
        }
        long stride = (size - PAGE_BYTES) / (PAGES - 1);
        for (int page = 0; page < PAGES; page++) {
            long offset = page == PAGES - 1 ? size - PAGE_BYTES : page * stride;
            out.write(tensor.data().asSlice(offset, PAGE_BYTES).toArray(ValueLayout.JAVA_BYTE));
        }
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
