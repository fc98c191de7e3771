package io.sirocco.job;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The labels of which a row gets one.
 *
 * @param names all different, none empty
 * @param descriptions what some of them mean
 */
record LabelSet(List<String> names, Map<String, String> descriptions) implements Serializable {

    private static final int MOST_LABELS = 4096;
    private static final int MOST_FILE_BYTES = 1 << 24;

    LabelSet {
        names = List.copyOf(names);
        // In the order of the labels, so that their text, which guards an output, is always the same.
        descriptions = Collections.unmodifiableMap(new LinkedHashMap<>(descriptions));
    }

    /**
     * Labels without descriptions.
     *
     * @param where what names them, for people
     * @throws IllegalArgumentException if they cannot be labels
     */
    static LabelSet of(String where, List<?> given) {
        if (given.isEmpty()) {
            throw new IllegalArgumentException(where + " has no labels; expected at least one");
        }
        if (given.size() > MOST_LABELS) {
            throw new IllegalArgumentException(
                    where + " has " + given.size() + " labels; expected at most " + MOST_LABELS);
        }
        List<String> names = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (Object label : given) {
            if (!(label instanceof String text) || text.isBlank()) {
                throw new IllegalArgumentException(
                        where + " has the label " + (label instanceof String text ? "\"" + text + "\"" : label)
                                + "; expected a text that is not empty");
            }
            if (!seen.add(text)) {
                throw new IllegalArgumentException(where + " has the label \"" + text + "\" twice; expected it once");
            }
            names.add(text);
        }
        return new LabelSet(names, Map.of());
    }

    /**
     * Labels of a file: a line has a label, and a description after a tab if there is one. Empty lines mean nothing.
     *
     * @throws IllegalArgumentException if it cannot be read, or its labels are none
     */
    static LabelSet read(String file) {
        String where = "labels-file " + file;
        List<String> names = new ArrayList<>();
        Map<String, String> descriptions = new LinkedHashMap<>();
        for (String line : text(where, file).lines().toList()) {
            if (!line.isBlank()) {
                int tab = line.indexOf('\t');
                String name = (tab < 0 ? line : line.substring(0, tab)).strip();
                names.add(name);
                if (tab >= 0 && !line.substring(tab).isBlank()) {
                    descriptions.put(name, line.substring(tab).strip());
                }
            }
        }
        return new LabelSet(of(where, names).names(), descriptions);
    }

    /** @throws IllegalArgumentException if one has a comma, which is what stands between the labels of a row that has many */
    void requireNoCommas() {
        for (String name : names) {
            if (name.indexOf(',') >= 0) {
                throw new IllegalArgumentException(
                        "the label \"" + name + "\" has a comma, which with multi stands between a row's labels");
            }
        }
    }

    private static String text(String where, String file) {
        try (InputStream in = Files.newInputStream(Path.of(file))) {
            byte[] bytes = in.readNBytes(MOST_FILE_BYTES + 1);
            if (bytes.length > MOST_FILE_BYTES) {
                throw new IllegalArgumentException(where + " has more than " + MOST_FILE_BYTES + " bytes");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException | InvalidPathException e) {
            throw new IllegalArgumentException(where + " cannot be read; expected a file with a label a line", e);
        }
    }
}
