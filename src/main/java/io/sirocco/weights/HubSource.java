package io.sirocco.weights;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Pulls repositories of the hub. In the cache, {@code hf/ORG/NAME/COMMIT} is a snapshot and {@code hf/ORG/NAME/refs/REVISION} the commit
 * that a branch or tag stood for when it was pulled; delete that file to have the branch asked again.
 */
final class HubSource {
    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");
    private static final String PART = ".part";

    private final ModelCache cache;
    private final String endpoint;
    private final String token;
    private final RetryPolicy policy;

    /** Endpoint and token are looked at when there is something to pull. */
    HubSource(ModelCache cache, String endpoint, String token, RetryPolicy policy) {
        this.cache = cache;
        this.endpoint = endpoint;
        this.token = token;
        this.policy = policy;
    }

    /** Local directory of the model's snapshot; pulls it if it is absent. */
    Path pull(HubModel model, PullProgress progress) {
        Path repository = cache.directory("hf", model.organization(), model.name());
        Path ref = repository.resolve("refs").resolve(URLEncoder.encode(model.revision(), StandardCharsets.UTF_8));
        Optional<Path> known = commit(model, ref).map(repository::resolve).filter(Files::isDirectory);
        if (known.isPresent()) {
            return known.get();
        }
        try (HubClient client = new HubClient(endpoint, token, policy)) {
            HubSnapshot snapshot = snapshot(client, model);
            Path directory = repository.resolve(snapshot.commit());
            cache.fill(directory, progress, partial -> fill(client, model, snapshot, partial, progress));
            write(ref, snapshot.commit());
            return directory;
        } catch (IOException e) {
            throw new ModelException(repository + " cannot be written: " + ModelCache.reason(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ModelException(model + ": the pull was interrupted", e);
        }
    }

    private static Optional<String> commit(HubModel model, Path ref) {
        if (COMMIT.matcher(model.revision()).matches()) {
            return Optional.of(model.revision());
        }
        try {
            // A crash may have left it empty.
            return Optional.of(Files.readString(ref).strip())
                    .filter(commit -> HubSnapshot.COMMIT.matcher(commit).matches());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new ModelException(ref + " cannot be read: " + ModelCache.reason(e), e);
        }
    }

    private static HubSnapshot snapshot(HubClient client, HubModel model) throws InterruptedException {
        URI address = client.address("/api/models/" + model.repository() + "/revision/"
                + URLEncoder.encode(model.revision(), StandardCharsets.UTF_8) + "?blobs=true");
        Retries retries = new Retries(client.policy(), model.toString());
        while (true) {
            try (HubClient.Response response = client.get(address, Map.of(), model.toString())) {
                byte[] json = response.body().readNBytes(StrictJson.MAX_FILE_BYTES + 1);
                HubSnapshot snapshot = HubSnapshot.parse(json, model.toString());
                if (COMMIT.matcher(model.revision()).matches()
                        && !model.revision().equals(snapshot.commit())) {
                    throw new ModelException(model + ": the hub answers with another commit, " + snapshot.commit());
                }
                return snapshot;
            } catch (IOException e) {
                retries.after(e);
            }
        }
    }

    /** A file has its name once it is whole and checked; until then it ends in {@code .part} and is resumed. */
    private static void fill(
            HubClient client, HubModel model, HubSnapshot snapshot, Path partial, PullProgress progress)
            throws IOException, InterruptedException {
        requireSpace(model, snapshot, partial);
        for (HubFile file : snapshot.files()) {
            Path target = partial.resolve(file.name());
            if (Files.exists(target)) {
                continue;
            }
            Path part = partial.resolve(file.name() + PART);
            URI address =
                    client.address("/" + model.repository() + "/resolve/" + snapshot.commit() + "/" + file.name());
            new HubDownload(client, address, file, part, model + ", " + file.name()).run(progress);
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private static void requireSpace(HubModel model, HubSnapshot snapshot, Path partial) throws IOException {
        long missing = 0;
        for (HubFile file : snapshot.files()) {
            Path target = partial.resolve(file.name());
            Path part = partial.resolve(file.name() + PART);
            long here = Files.exists(target) ? file.bytes() : Files.exists(part) ? Files.size(part) : 0;
            missing += Math.max(0, file.bytes() - here);
        }
        long free = Files.getFileStore(partial).getUsableSpace();
        if (missing > free) {
            throw new ModelException(model + ": " + missing + " bytes are missing, the disk of " + partial + " has "
                    + free + " free; free some, or set SIROCCO_HOME to a folder on a larger disk");
        }
    }

    private static void write(Path ref, String commit) throws IOException {
        Files.createDirectories(ref.getParent());
        Path temporary = Files.createTempFile(ref.getParent(), ".ref", "");
        Files.writeString(temporary, commit + "\n");
        Files.move(temporary, ref, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
