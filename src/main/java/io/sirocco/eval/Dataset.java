package io.sirocco.eval;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A data set by split. All documents of a split have the same columns in the same order, as a table has: what is absent is null.
 *
 * @param splits documents by the split's name
 */
record Dataset(Map<String, List<Map<String, Object>>> splits) {

    /** Words by which files name a split, in the order in which they are looked for. */
    private static final Map<String, List<String>> SYNONYMS = Map.of(
            "train", List.of("train", "training"),
            "validation", List.of("validation", "valid", "val", "dev"),
            "test", List.of("test", "testing", "eval"));

    /**
     * The data set that a task names: {@code json}, {@code parquet} or {@code csv} with data_files, or a folder with a copy of a hub's
     * data set.
     */
    static Dataset read(TaskConfig task) {
        Fields options = task.datasetOptions();
        String path = task.datasetPath();
        DataFiles files = new DataFiles(task.file().getParent());
        Map<String, List<Map<String, Object>>> splits = new LinkedHashMap<>();
        DataFormat format = DataFormat.named(path);
        if (format != null) {
            files.listed(options).forEach((split, found) -> splits.put(split, format.read(found, options)));
        } else {
            files.copied(path, task.datasetName(), options)
                    .forEach((split, found) ->
                            splits.put(split, DataFormat.of(found.getFirst()).read(found, options)));
        }
        return new Dataset(splits);
    }

    /**
     * The documents of a split.
     *
     * @throws EvalException naming the splits there are, if it is not one of them
     */
    List<Map<String, Object>> split(TaskConfig task, String name) {
        List<Map<String, Object>> docs = SYNONYMS.getOrDefault(name, List.of(name)).stream()
                .filter(splits::containsKey)
                .findFirst()
                .map(splits::get)
                .orElse(null);
        if (docs == null) {
            throw new EvalException(task.file() + ": the data set has no split \"" + name + "\"; it has "
                    + String.join(", ", splits.keySet()));
        }
        return docs;
    }
}
