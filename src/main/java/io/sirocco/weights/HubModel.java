package io.sirocco.weights;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A repository of the hub at a revision.
 *
 * @param revision branch, tag or commit
 */
record HubModel(String organization, String name, String revision) implements Origin {
    static final String SCHEME = "hf://";

    private static final String DEFAULT_REVISION = "main";

    /** The hub's own rule for names, also safe as file names: no separator, never "." or "..". */
    private static final String NAME = "[A-Za-z0-9_][A-Za-z0-9._-]{0,95}";

    private static final Pattern URI = Pattern.compile(
            Pattern.quote(SCHEME) + "(" + NAME + ")/(" + NAME + ")(?:@(" + NAME + "(?:/" + NAME + ")*))?");

    /**
     * Reads {@code hf://org/name[@revision]}.
     *
     * @throws ModelException if it is spelled otherwise
     */
    static HubModel parse(String uri) {
        Matcher matcher = URI.matcher(uri);
        if (!matcher.matches()) {
            throw new ModelException("model " + Quoted.of(uri)
                    + ": expected hf://org/name or hf://org/name@revision, such as hf://mistralai/Mistral-7B-v0.1");
        }
        String revision = matcher.group(3);
        return new HubModel(matcher.group(1), matcher.group(2), revision == null ? DEFAULT_REVISION : revision);
    }

    /** {@code org/name}. */
    String repository() {
        return organization + "/" + name;
    }

    @Override
    public String toString() {
        return SCHEME + repository() + "@" + revision;
    }
}
