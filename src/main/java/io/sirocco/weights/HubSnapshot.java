package io.sirocco.weights;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a model needs of a repository at one commit: its configuration, tokenizer, chat template and safetensors weights. Never pickles
 * or code.
 *
 * @param commit what the revision stood for when it was asked
 */
record HubSnapshot(String commit, List<HubFile> files) {
    static final Pattern COMMIT = Pattern.compile("[0-9a-f]{7,64}");
    private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,200}");

    private static final Set<String> BESIDE_WEIGHTS = Set.of(
            "config.json",
            "generation_config.json",
            "tokenizer.json",
            "tokenizer_config.json",
            "chat_template.jinja",
            "special_tokens_map.json");
    /** tokenizer.model, tokenizer.model.v3 and the like. */
    private static final Pattern SENTENCE_PIECE = Pattern.compile("tokenizer\\.model(\\.v[0-9a-z]+)?");

    private static final Set<String> BESIDE_CONSOLIDATED = Set.of("params.json", "tekken.json");

    /** Reads the hub's answer to {@code /api/models/ORG/NAME/revision/REVISION?blobs=true}. */
    static HubSnapshot parse(byte[] json, String what) {
        JsonNode model = StrictJson.object(json, what + ": the hub's listing");
        String commit = model.path("sha").asText();
        if (!COMMIT.matcher(commit).matches()) {
            throw new ModelException(
                    what + ": the hub's listing names the commit " + Quoted.of(commit) + "; expected its hash");
        }
        List<HubFile> files = new ArrayList<>();
        for (JsonNode sibling : model.path("siblings")) {
            String name = sibling.path("rfilename").asText();
            requireInside(name, what);
            files.add(new HubFile(name, sibling.path("size").asLong(HubFile.UNKNOWN), checksum(sibling)));
        }
        return new HubSnapshot(commit, needed(files, what));
    }

    /** Files that are not needed are judged too: a listing with such a name is not to be trusted in anything. */
    private static void requireInside(String name, String what) {
        for (String part : name.split("/", -1)) {
            if (part.isEmpty() || part.equals(".") || part.equals("..") || part.contains("\\")) {
                throw new ModelException(what + ": the hub's listing has a file " + Quoted.of(name)
                        + ", which would lie outside the model; nothing was pulled");
            }
        }
    }

    private static Optional<Checksum> checksum(JsonNode sibling) {
        String sha256 = sibling.path("lfs").path("sha256").asText("");
        if (Checksum.Algorithm.SHA256.looksLike(sha256)) {
            return Optional.of(Checksum.sha256(sha256));
        }
        // Of a file in large-file storage this would be the name of the pointer to it.
        String blob =
                sibling.path("lfs").isObject() ? "" : sibling.path("blobId").asText("");
        return Checksum.Algorithm.GIT_BLOB.looksLike(blob) ? Optional.of(Checksum.gitBlob(blob)) : Optional.empty();
    }

    private static List<HubFile> needed(List<HubFile> files, String what) {
        List<HubFile> plain = files.stream()
                .filter(file -> PLAIN_NAME.matcher(file.name()).matches())
                .toList();
        List<HubFile> needed = new ArrayList<>(plain.stream()
                .filter(file -> BESIDE_WEIGHTS.contains(file.name())
                        || SENTENCE_PIECE.matcher(file.name()).matches())
                .toList());
        List<HubFile> weights = named(plain, HuggingFaceCheckpoint.WEIGHTS);
        if (weights.isEmpty() && !named(plain, HuggingFaceCheckpoint.INDEX).isEmpty()) {
            weights = named(plain, HuggingFaceCheckpoint.INDEX, "model-");
        }
        if (weights.isEmpty()) {
            weights = named(plain, "consolidated.safetensors.index.json", "consolidated");
            needed.addAll(plain.stream()
                    .filter(file -> BESIDE_CONSOLIDATED.contains(file.name()) && !needed.contains(file))
                    .toList());
        }
        if (weights.isEmpty()) {
            throw new ModelException(what + " has no model.safetensors, no model.safetensors.index.json and no"
                    + " consolidated.safetensors; only models in safetensors are pulled from a hub");
        }
        needed.addAll(weights);
        return List.copyOf(needed);
    }

    private static List<HubFile> named(List<HubFile> files, String name) {
        return files.stream().filter(file -> file.name().equals(name)).toList();
    }

    /** The index and the shards whose names begin so. */
    private static List<HubFile> named(List<HubFile> files, String index, String shards) {
        return files.stream()
                .filter(file -> file.name().equals(index)
                        || (file.name().startsWith(shards) && file.name().endsWith(".safetensors")))
                .toList();
    }
}
