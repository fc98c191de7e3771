package io.sirocco.eval;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds the files of a data set. */
final class DataFiles {

    /** What may be said about a data set beside its path; that code of it is trusted changes nothing, as none is run. */
    private static final Set<String> OPTIONS =
            Set.of("data_files", "data_dir", "trust_remote_code", "field", "sep", "delimiter");

    /** Files of a hub's data set are named after their split: train.jsonl, test-00000-of-00001.parquet, data/validation.csv. */
    private static final Pattern SPLIT =
            Pattern.compile("(?:.*[^a-z])?(train|training|validation|valid|val|dev|test|testing|eval)(?:[^a-z].*)?");

    private final Path folder;

    /** @param folder that of the task's file */
    DataFiles(Path folder) {
        this.folder = folder;
    }

    /** The data_files of each split; those without a split are train's. */
    Map<String, List<Path>> listed(Fields options) {
        options.allow(OPTIONS);
        Object given = options.get("data_files");
        Optional<String> dataDir = options.text("data_dir");
        Map<String, List<Path>> splits = new LinkedHashMap<>();
        if (given instanceof Map<?, ?>) {
            Fields bySplit = options.map("data_files");
            bySplit.values().keySet().forEach(split -> splits.put(split, found(bySplit.texts(split), dataDir)));
        } else if (given != null) {
            splits.put("train", found(options.texts("data_files"), dataDir));
        } else {
            throw new EvalException(options.where() + ": \"data_files\" is missing; name the files of each split");
        }
        return splits;
    }

    private List<Path> found(List<String> names, Optional<String> dataDir) {
        List<Path> files = new ArrayList<>();
        for (String name : names) {
            files.addAll(matching(dataDir.map(dir -> dir + "/" + name).orElse(name)));
        }
        return files;
    }

    /** Files of a name or pattern: of the working directory, as the harness has it, else of the task's folder or that above. */
    private List<Path> matching(String name) {
        if (name.contains("://")) {
            throw new EvalException(name + " is not on this machine; copy it here and name the copy");
        }
        for (Path base : bases()) {
            List<Path> files = isPattern(name) ? glob(base, name) : List.of(base.resolve(name));
            if (!files.isEmpty() && files.stream().allMatch(Files::isRegularFile)) {
                return files;
            }
        }
        throw new EvalException("the data file " + name + " is neither in the working directory nor in " + folder
                + " or the folder above it");
    }

    private List<Path> bases() {
        List<Path> bases = new ArrayList<>(List.of(Path.of(""), folder));
        Optional.ofNullable(folder.getParent()).ifPresent(bases::add);
        return bases;
    }

    private static boolean isPattern(String name) {
        return name.contains("*") || name.contains("?") || name.contains("[");
    }

    private static List<Path> glob(Path base, String pattern) {
        PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + base.resolve(pattern));
        int levels = (int) pattern.chars().filter(c -> c == '/').count() + (pattern.contains("**") ? 8 : 1);
        try (Stream<Path> files = Files.walk(base, levels)) {
            return files.filter(matcher::matches).sorted().toList();
        } catch (IOException e) {
            throw new EvalException(pattern + " cannot be looked for in " + base + ": " + e.getMessage(), e);
        }
    }

    /**
     * The files of a hub's data set that lies on this machine, by split.
     *
     * @param name of the part of it, a folder in it; null for none
     */
    Map<String, List<Path>> copied(String path, String name, Fields options) {
        options.allow(OPTIONS);
        Path root = bases().stream()
                .map(base -> base.resolve(path))
                .filter(Files::isDirectory)
                .findFirst()
                .orElseThrow(() -> new EvalException("the data set " + path
                        + " is not on this machine: copy it into a folder of that name beside the task's file, or in the"
                        + " working directory"));
        if (options.has("data_files")) {
            Map<String, List<Path>> listed = new DataFiles(root).listed(options);
            return listed;
        }
        Path part = name != null && Files.isDirectory(root.resolve(name)) ? root.resolve(name) : root;
        Map<String, List<Path>> splits = new TreeMap<>();
        try (Stream<Path> files = Files.walk(part, 3)) {
            files.filter(file -> Files.isRegularFile(file) && DataFormat.isData(file))
                    .sorted()
                    .forEach(file -> split(part.relativize(file).toString())
                            .ifPresent(split -> splits.computeIfAbsent(split, _ -> new ArrayList<>())
                                    .add(file)));
        } catch (IOException e) {
            throw new EvalException(part + " cannot be listed: " + e.getMessage(), e);
        }
        if (splits.isEmpty()) {
            throw new EvalException(
                    part + " has no json, parquet or csv files named after a split, such as test.jsonl");
        }
        return splits;
    }

    private static Optional<String> split(String name) {
        Matcher matcher = SPLIT.matcher(name);
        return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
    }
}
