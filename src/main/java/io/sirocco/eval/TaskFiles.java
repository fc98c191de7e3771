package io.sirocco.eval;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The tasks and groups that files define. A group names its members; these are looked for, by task, group or tag, among the files of the
 * folder that its own is in.
 */
final class TaskFiles {

    private static final Set<String> GROUP_KEYS =
            Set.of("group", "group_alias", "task", "aggregate_metric_list", "metadata", "tag");

    /** A file that defines a task or a group. */
    private record Definition(Path file, Map<String, Object> values) {
        boolean isGroup() {
            return values.get("group") != null;
        }

        String name() {
            return String.valueOf(values.get(isGroup() ? "group" : "task"));
        }

        boolean isDefinition() {
            return values.get("task") != null || values.get("group") != null;
        }
    }

    private final Map<String, Definition> byName = new LinkedHashMap<>();
    private final Map<String, Set<String>> byTag = new HashMap<>();
    private final Set<Path> indexed = new HashSet<>();
    private final Set<String> open = new LinkedHashSet<>();

    /**
     * Reads tasks.
     *
     * @param paths files, each of which defines a task or a group, and folders, of which all is taken
     * @throws EvalException naming the file and the key, if one cannot be evaluated as it is written
     */
    static List<TaskNode> read(List<Path> paths) {
        TaskFiles files = new TaskFiles();
        List<TaskNode> nodes = new ArrayList<>();
        for (Path path : paths) {
            if (Files.isDirectory(path)) {
                nodes.addAll(files.folder(path));
            } else if (Files.isRegularFile(path)) {
                Definition definition = new Definition(path, TaskYaml.read(path));
                if (!definition.isDefinition()) {
                    throw new EvalException(path + " has neither \"task\" nor \"group\"; expected one of them");
                }
                files.byName.put(definition.name(), definition);
                nodes.add(files.node(definition, Map.of()));
            } else {
                throw new EvalException("the task file " + path + " does not exist");
            }
        }
        return nodes;
    }

    /** All that a folder defines and no group in it holds. */
    private List<TaskNode> folder(Path folder) {
        index(folder);
        List<TaskNode> nodes =
                byName.values().stream().filter(definition -> definition.file().startsWith(folder)).toList().stream()
                        .map(definition -> node(definition, Map.of()))
                        .toList();
        Set<String> members = nodes.stream()
                .flatMap(TaskGroup::groups)
                .flatMap(group -> group.members().stream().map(TaskNode::name))
                .collect(Collectors.toSet());
        List<TaskNode> roots =
                nodes.stream().filter(node -> !members.contains(node.name())).toList();
        if (roots.isEmpty()) {
            throw new EvalException("the folder " + folder + " has no task files (*.yaml)");
        }
        return roots;
    }

    private void index(Path folder) {
        if (!indexed.add(folder.toAbsolutePath())) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder, 8)) {
            files.filter(file -> file.toString().endsWith(".yaml") && Files.isRegularFile(file))
                    .sorted()
                    .map(file -> new Definition(file, TaskYaml.read(file)))
                    .filter(Definition::isDefinition)
                    .forEach(this::add);
        } catch (IOException e) {
            throw new EvalException(folder + " cannot be listed: " + e.getMessage(), e);
        }
    }

    private void add(Definition definition) {
        byName.putIfAbsent(definition.name(), definition);
        Fields fields = new Fields(definition.file().toString(), definition.values());
        if (!definition.isGroup()) {
            fields.texts("tag")
                    .forEach(tag -> byTag.computeIfAbsent(tag, _ -> new java.util.TreeSet<>())
                            .add(definition.name()));
        }
    }

    /** @param overrides keys that what it is a member of sets */
    private TaskNode node(Definition definition, Map<String, Object> overrides) {
        if (definition.isGroup()) {
            return group(definition.name(), definition, overrides);
        }
        Map<String, Object> values = new LinkedHashMap<>(definition.values());
        values.putAll(overrides);
        return new TaskConfig(definition.file(), values);
    }

    private TaskGroup group(String name, Definition definition, Map<String, Object> overrides) {
        if (!open.add(name)) {
            throw new EvalException(definition.file() + ": the group " + name + " is a member of itself");
        }
        Fields fields = new Fields(definition.file() + ": group " + name, definition.values());
        Map<String, Object> inherited = new LinkedHashMap<>(definition.values());
        inherited.keySet().removeAll(GROUP_KEYS);
        inherited.putAll(overrides);
        List<TaskNode> members = new ArrayList<>();
        Object task = fields.get("task");
        for (Object member : task instanceof List<?> list ? list : task == null ? List.of() : List.of(task)) {
            members.addAll(members(name, definition.file(), member, inherited));
        }
        open.remove(name);
        Object version = fields.get("metadata") instanceof Map<?, ?> metadata ? metadata.get("version") : null;
        return new TaskGroup(
                name,
                fields.text("group_alias", name),
                version == null ? "N/A" : String.valueOf(version),
                members,
                TaskGroup.aggregated(fields));
    }

    private List<TaskNode> members(String group, Path file, Object member, Map<String, Object> inherited) {
        if (member instanceof String name) {
            return named(group, file, name, inherited);
        }
        Fields fields = Fields.of(file + ": a member of " + group, member);
        if (fields.has("group")) {
            String name = fields.requiredText("group");
            Map<String, Object> overrides = new LinkedHashMap<>(inherited);
            if (find(file, name) != null) {
                overrides.putAll(fields.values());
                overrides.remove("group");
                return named(group, file, name, overrides);
            }
            return List.of(group(group + "::" + name, new Definition(file, fields.values()), overrides));
        }
        String name = fields.requiredText("task");
        Map<String, Object> overrides = new LinkedHashMap<>(inherited);
        overrides.putAll(fields.values());
        if (find(file, name) == null && !byTag.containsKey(name)) {
            overrides.put("task", group + "::" + name);
            return List.of(new TaskConfig(file, overrides));
        }
        return named(group, file, name, overrides);
    }

    private Definition find(Path file, String name) {
        if (!byName.containsKey(name)) {
            index(file.toAbsolutePath().getParent());
        }
        return byName.get(name);
    }

    private List<TaskNode> named(String group, Path file, String name, Map<String, Object> overrides) {
        Definition definition = find(file, name);
        if (definition != null) {
            return List.of(node(definition, overrides));
        }
        Set<String> tagged = byTag.get(name);
        if (tagged == null) {
            throw new EvalException(
                    file + ": the member " + name + " of " + group + " is defined in no *.yaml file of that folder");
        }
        return tagged.stream().map(task -> node(byName.get(task), overrides)).toList();
    }
}
