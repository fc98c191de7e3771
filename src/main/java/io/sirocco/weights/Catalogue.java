package io.sirocco.weights;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigUtil;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The models that have a short name, from {@code conf/models.conf}. */
final class Catalogue {
    private static final String RESOURCE = "io/sirocco/conf/models.conf";

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]*");
    /** Names of projects and versions, one folder each in the cache: never ".", ".." or with a separator. */
    private static final Pattern PROJECT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

    private static final Pattern WHEEL_ENTRY =
            Pattern.compile("(?:[A-Za-z0-9_][A-Za-z0-9._-]*/)*[A-Za-z0-9_][A-Za-z0-9._-]*");

    private final String hubEndpoint;
    private final Map<String, CatalogueEntry> entries;

    private Catalogue(String hubEndpoint, Map<String, CatalogueEntry> entries) {
        this.hubEndpoint = hubEndpoint;
        this.entries = entries;
    }

    /** The catalogue that comes with Sirocco. */
    static Catalogue load() {
        ConfigParseOptions required = ConfigParseOptions.defaults().setAllowMissing(false);
        return parse(ConfigFactory.parseResources(Catalogue.class.getClassLoader(), RESOURCE, required));
    }

    /** @throws ModelException naming the first entry and field that are wrong */
    static Catalogue parse(Config config) {
        try {
            onlyFields(config, "models.conf", Set.of("hub-endpoint", "models"));
            Map<String, CatalogueEntry> entries = new TreeMap<>();
            Config models = config.getConfig("models");
            for (String name : models.root().keySet()) {
                require(NAME, name, "models.conf: name");
                String where = "models.conf: models." + name;
                try {
                    entries.put(name, entry(name, where, models.getConfig(ConfigUtil.joinPath(name))));
                } catch (ConfigException e) {
                    throw new ModelException(where + ": " + e.getMessage(), e);
                }
            }
            return new Catalogue(config.getString("hub-endpoint"), entries);
        } catch (ConfigException e) {
            throw new ModelException("models.conf: " + e.getMessage(), e);
        }
    }

    /** URL of the hub, unless the environment names another. */
    String hubEndpoint() {
        return hubEndpoint;
    }

    Optional<CatalogueEntry> find(String name) {
        return Optional.ofNullable(entries.get(name.toLowerCase(Locale.ROOT)));
    }

    /** All names, those spelled most like the given one first. */
    List<String> namesNearest(String name) {
        String wanted = name.toLowerCase(Locale.ROOT);
        return entries.keySet().stream()
                .sorted(Comparator.comparingInt(known -> editDistance(wanted, known)))
                .toList();
    }

    private static CatalogueEntry entry(String name, String where, Config entry) {
        onlyFields(entry, where, Set.of("description", "license", "hf", "pypi"));
        if (entry.hasPath("hf") == entry.hasPath("pypi")) {
            throw new ModelException(where + ": expected one of hf and pypi");
        }
        Origin origin = entry.hasPath("hf")
                ? HubModel.parse(entry.getString("hf"))
                : pypi(where + ".pypi", entry.getConfig("pypi"));
        return new CatalogueEntry(name, entry.getString("description"), entry.getString("license"), origin);
    }

    private static PypiModel pypi(String where, Config pypi) {
        onlyFields(pypi, where, Set.of("project", "version", "file", "sha256", "bytes"));
        long bytes = pypi.getLong("bytes");
        if (bytes <= 0) {
            throw new ModelException(where + ".bytes is " + bytes + "; expected the size of the file");
        }
        return new PypiModel(
                require(PROJECT, pypi.getString("project"), where + ".project"),
                require(PROJECT, pypi.getString("version"), where + ".version"),
                require(WHEEL_ENTRY, pypi.getString("file"), where + ".file"),
                Checksum.sha256(pypi.getString("sha256")),
                bytes);
    }

    private static void onlyFields(Config config, String where, Set<String> known) {
        Set<String> unknown = new TreeSet<>(config.root().keySet());
        unknown.removeAll(known);
        if (!unknown.isEmpty()) {
            throw new ModelException(
                    where + ": unknown field " + unknown.iterator().next() + "; expected " + new TreeSet<>(known));
        }
    }

    private static String require(Pattern form, String value, String field) {
        if (!form.matcher(value).matches()) {
            throw new ModelException(field + " is " + Quoted.of(value) + "; expected the form " + form);
        }
        return value;
    }

    /** Levenshtein's: the fewest letters put in, left out or changed. */
    private static int editDistance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        int[] current = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                current[j] = Math.min(previous[j - 1] + change, 1 + Math.min(previous[j], current[j - 1]));
            }
            int[] swap = previous;
            previous = current;
            current = swap;
        }
        return previous[b.length()];
    }
}
