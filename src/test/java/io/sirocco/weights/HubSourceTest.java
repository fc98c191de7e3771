package io.sirocco.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HubSourceTest {
    private static final String MODEL = "hf://org/tiny";
    private static final String WEIGHTS = "model.safetensors";
    private static final int SIZE = 3_000_000;

    @TempDir
    Path home;

    private final byte[] weights = new byte[SIZE];
    private final Map<String, String> environment = new HashMap<>();
    private RetryPolicy policy = new RetryPolicy(3, Duration.ofMillis(2), Duration.ofSeconds(5));
    private FakeHub hub;
    private FakeHub otherHost;

    @BeforeEach
    void start() throws IOException {
        new Random(2).nextBytes(weights);
        hub = new FakeHub();
        otherHost = new FakeHub();
        hub.files.put("config.json", "{\"model_type\": \"mistral\"}".getBytes(StandardCharsets.UTF_8));
        hub.files.put("tokenizer.json", "{}".getBytes(StandardCharsets.UTF_8));
        hub.files.put(WEIGHTS, weights);
        otherHost.files.putAll(hub.files);
        environment.put("SIROCCO_HOME", home.toString());
        environment.put("HF_ENDPOINT", hub.url());
    }

    @AfterEach
    void stop() {
        hub.close();
        otherHost.close();
    }

    @Test
    void snapshotLiesUnderItsCommit() throws Exception {
        Path path = pull();
        assertEquals(home.resolve("models/hf/org/tiny").resolve(FakeHub.COMMIT), path);
        assertEquals(List.of("config.json", WEIGHTS, "tokenizer.json"), names(path));
        assertArrayEquals(weights, Files.readAllBytes(path.resolve(WEIGHTS)));
        assertFalse(Files.exists(partial()));
    }

    @Test
    void cachedModelNeedsNoHub() {
        Path path = pull();
        hub.close();
        assertEquals(path, pull());
        assertEquals(path, resolve(MODEL + "@main"));
        assertEquals(path, resolve(MODEL + "@" + FakeHub.COMMIT));
    }

    @Test
    void branchStaysAtTheCommitFirstPulled() {
        Path path = pull();
        hub.commit = "f".repeat(40);
        assertEquals(path, pull());
        assertEquals(path.resolveSibling(hub.commit), resolve(MODEL + "@next"), "another revision is asked for");
        assertEquals(path.resolveSibling(hub.commit), resolve(MODEL + "@next"));
    }

    @Test
    void filesAreTakenFromTheCommitThatWasListed() {
        resolve(MODEL + "@refs/pr/1");
        assertEquals(
                "/api/models/org/tiny/revision/refs%2Fpr%2F1?blobs=true",
                hub.seen.getFirst().path());
        for (String file : hub.files.keySet()) {
            assertEquals(
                    "/org/tiny/resolve/" + FakeHub.COMMIT + "/" + file,
                    hub.downloads(file).getFirst().path());
        }
    }

    @Test
    void hubThatAnswersAnotherCommitThanTheOneNamedIsRefused() {
        assertRefused("answers with another commit", MODEL + "@" + "a".repeat(40));
    }

    @Test
    void droppedConnectionsAreResumedWhereTheyBroke() throws Exception {
        hub.files.keySet().removeIf(name -> !name.equals(WEIGHTS));
        hub.dropsAfter.addAll(List.of(1_300_000, 100_000, 1_300_000, 0));
        policy = new RetryPolicy(2, policy.pause(), policy.stall());
        assertArrayEquals(weights, Files.readAllBytes(pull().resolve(WEIGHTS)));
        List<FakeHub.Seen> downloads = hub.downloads(WEIGHTS);
        assertEquals(5, downloads.size());
        assertEquals("", downloads.getFirst().header("Range"));
        for (FakeHub.Seen resumed : downloads.subList(1, downloads.size())) {
            assertTrue(resumed.header("Range").matches("bytes=[1-9][0-9]*-"), resumed.header("Range"));
            assertEquals("\"" + FakeHub.gitBlob(weights) + "\"", resumed.header("If-range"));
        }
    }

    @Test
    void serverThatNeverGetsOnIsGivenUpAndTheNextPullResumes() throws Exception {
        hub.files.keySet().removeIf(name -> !name.equals(WEIGHTS));
        hub.dropsAfter.addAll(List.of(500_000, 0, 0, 0));
        assertRefused("4 failures in a row", MODEL);
        // The client may drop what it has buffered when a connection breaks.
        long kept = Files.size(partial().resolve(WEIGHTS + ".part"));
        assertTrue(kept > 0 && kept <= 500_000, "kept " + kept);
        assertArrayEquals(weights, Files.readAllBytes(pull().resolve(WEIGHTS)));
        assertEquals("bytes=" + kept + "-", hub.downloads(WEIGHTS).getLast().header("Range"));
    }

    @Test
    void verifiedFilesAreNotPulledAgain() {
        hub.listedOnly.add("tokenizer.model");
        assertRefused("does not have it (HTTP 404)", MODEL);
        hub.listedOnly.clear();
        int before = hub.downloads("tokenizer.json").size();
        pull();
        assertEquals(before, hub.downloads("tokenizer.json").size());
    }

    @Test
    void serverWithoutRangesIsReadFromTheStart() throws Exception {
        hub.givesRanges = false;
        hub.givesEtags = false;
        hub.files.keySet().removeIf(name -> !name.equals(WEIGHTS));
        hub.dropsAfter.add(2_000_000);
        assertArrayEquals(weights, Files.readAllBytes(pull().resolve(WEIGHTS)));
    }

    @Test
    void partOfAnotherFileIsNotSewnToThisOne() throws Exception {
        Files.createDirectories(partial());
        Files.write(partial().resolve(WEIGHTS + ".part"), new byte[1000]);
        assertRefused("SHA-256", MODEL);
        assertFalse(Files.exists(partial().resolve(WEIGHTS + ".part")), "so that the next pull starts afresh");
        assertArrayEquals(weights, Files.readAllBytes(pull().resolve(WEIGHTS)));
    }

    @Test
    void partLongerThanTheFileIsDropped() throws Exception {
        Files.createDirectories(partial());
        Files.write(partial().resolve(WEIGHTS + ".part"), new byte[SIZE + 1]);
        assertArrayEquals(weights, Files.readAllBytes(pull().resolve(WEIGHTS)));
    }

    @Test
    void unsatisfiableRangeStartsAgain() throws Exception {
        hub.files.keySet().removeIf(name -> !name.equals(WEIGHTS));
        Files.createDirectories(partial());
        Files.write(partial().resolve(WEIGHTS + ".part"), Arrays.copyOf(weights, 1000));
        hub.statuses.addAll(List.of(200, 416));
        assertArrayEquals(weights, Files.readAllBytes(pull().resolve(WEIGHTS)));
        assertEquals("", hub.downloads(WEIGHTS).getLast().header("Range"));
    }

    @ParameterizedTest
    @ValueSource(strings = {WEIGHTS, "config.json"})
    void otherBytesAreRefusedAndNothingIsPublished(String name) throws Exception {
        hub.redirect = otherHost.url();
        byte[] other = hub.files.get(name).clone();
        other[other.length - 1] ^= 1;
        otherHost.files.put(name, other);
        assertRefused(name + ": the bytes received are not the file", MODEL);
        assertFalse(Files.exists(partial().resolve(name)));
        assertFalse(Files.exists(partial().resolve(name + ".part")));
    }

    @Test
    void otherSizeThanListedIsRefused() {
        hub.redirect = otherHost.url();
        otherHost.files.put(WEIGHTS, Arrays.copyOf(weights, SIZE + 1));
        assertRefused("sends 3000001 bytes, its listing says 3000000", MODEL);
    }

    @Test
    void hubThatListsNoSizesIsCheckedByItsEtags() throws Exception {
        hub.listsSizes = false;
        hub.files.keySet().removeIf(name -> !name.equals(WEIGHTS));
        hub.dropsAfter.add(2_000_000);
        assertArrayEquals(weights, Files.readAllBytes(pull().resolve(WEIGHTS)));
    }

    @Test
    void tokenGoesToTheHubAndNowhereElse() throws Exception {
        environment.put("HF_TOKEN", " hf_secret\n");
        hub.redirect = otherHost.url();
        assertArrayEquals(weights, Files.readAllBytes(pull().resolve(WEIGHTS)));
        assertTrue(
                hub.seen.stream().allMatch(seen -> seen.header("Authorization").equals("Bearer hf_secret")));
        assertFalse(otherHost.seen.isEmpty());
        assertTrue(otherHost.seen.stream()
                .allMatch(seen -> seen.header("Authorization").isEmpty()));
    }

    @Test
    void tokenIsNeverInAMessage() {
        environment.put("HF_TOKEN", "hf secret");
        assertFalse(assertRefused("HF_TOKEN", MODEL).getMessage().contains("secret"));
        environment.put("HF_TOKEN", "hf_secret");
        hub.statuses.add(403);
        ModelException e = assertRefused("check that the token in HF_TOKEN may read it", MODEL);
        assertFalse(e.getMessage().contains("hf_secret"));
    }

    @Test
    void rangesSurviveRedirects() throws Exception {
        hub.files.keySet().removeIf(name -> !name.equals(WEIGHTS));
        hub.redirect = otherHost.url();
        otherHost.dropsAfter.add(1_000_000);
        assertArrayEquals(weights, Files.readAllBytes(pull().resolve(WEIGHTS)));
        assertEquals(2, otherHost.downloads(WEIGHTS).size());
        assertTrue(otherHost.downloads(WEIGHTS).getLast().header("Range").matches("bytes=[1-9][0-9]*-"));
    }

    @Test
    void endlessRedirectIsRefused() {
        hub.redirect = otherHost.url();
        otherHost.redirect = otherHost.url();
        assertRefused("more than 10 redirects", MODEL);
    }

    @Test
    void refusedAccessSaysWhatToDo() {
        hub.statuses.add(401);
        assertRefused("gated or private, or its name misspelled; accept its terms on its page and set HF_TOKEN", MODEL);
    }

    @Test
    void unknownRepositoryIsNamed() {
        assertRefused("hf://org/other@main: the hub does not have it (HTTP 404)", "hf://org/other");
    }

    @Test
    void busyHubIsAskedAgain() {
        hub.statuses.addAll(List.of(503, 429, 500));
        pull();
    }

    @Test
    void unreachableHubIsToldAtOnce() {
        hub.close();
        long start = System.nanoTime();
        policy = RetryPolicy.DEFAULT;
        assertRefused("cannot be reached", MODEL);
        assertTrue(System.nanoTime() - start < 5_000_000_000L);
    }

    /** The hub itself ends the connection after 10 s. */
    @Test
    @Timeout(8)
    void stalledConnectionIsGivenUp() {
        hub.stallsIn = WEIGHTS;
        policy = new RetryPolicy(1, Duration.ofMillis(2), Duration.ofMillis(400));
        assertRefused("no bytes for", MODEL);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../config.json",
                "/etc/passwd",
                "a/../../b",
                "..",
                "a\\..\\b",
                "model-/../x.safetensors",
                "a//b",
                ""
            })
    void fileNameThatWouldLieOutsideIsRefused(String name) throws IOException {
        hub.listedOnly.add(name);
        assertRefused("outside the model", MODEL);
        assertEquals(1, hub.seen.size(), "nothing is pulled from such a hub");
        assertFalse(Files.exists(home.resolve("models/hf/org/tiny")));
    }

    @Test
    void pullsAtOnceEndWellAndDownloadOnce() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            Callable<Path> pull = this::pull;
            for (Future<Path> path : threads.invokeAll(List.of(pull, pull, pull, pull))) {
                assertArrayEquals(weights, Files.readAllBytes(path.get().resolve(WEIGHTS)));
            }
        }
        assertEquals(1, hub.downloads(WEIGHTS).size());
    }

    @Test
    void progressEndsWithEachFileWhole() {
        List<String> seen = new ArrayList<>();
        source().resolve(MODEL, (file, done, total) -> {
            if (done == total) {
                seen.add(file + " " + done);
            }
        });
        assertEquals(
                new TreeSet<>(List.of("config.json 25", "tokenizer.json 2", WEIGHTS + " " + SIZE)),
                new TreeSet<>(seen));
    }

    @Test
    void emptyRefOfACrashIsAskedAgain() throws Exception {
        Path path = pull();
        Path ref = home.resolve("models/hf/org/tiny/refs/main");
        Files.writeString(ref, "");
        assertEquals(path, pull());
        assertEquals(FakeHub.COMMIT, Files.readString(ref).strip());
    }

    private Path pull() {
        return resolve(MODEL);
    }

    private Path resolve(String model) {
        return source().resolve(model, PullProgress.NONE);
    }

    private ModelSource source() {
        return ModelSource.of(environment, Catalogue.load(), "python3", policy);
    }

    private Path partial() {
        return home.resolve("models/hf/org/tiny").resolve(FakeHub.COMMIT + ".partial");
    }

    private ModelException assertRefused(String message, String model) {
        ModelException e = assertThrows(ModelException.class, () -> resolve(model));
        assertTrue(e.getMessage().contains(message), e.getMessage());
        assertFalse(Files.exists(home.resolve("models/hf/org/tiny").resolve(FakeHub.COMMIT)));
        assertFalse(Files.exists(home.resolve("models/hf/org/tiny/refs")));
        return e;
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
