package io.sirocco.weights;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import javax.net.ssl.SSLHandshakeException;

/**
 * Requests to the hub. Redirects are followed here and not by the JDK's client, because the user's token is for the hub alone and the
 * hub redirects large files to other hosts.
 */
final class HubClient implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(20);
    private static final Duration MAX_WAIT = Duration.ofSeconds(60);
    private static final int MAX_REDIRECTS = 10;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    private static final Set<Integer> BUSY = Set.of(408, 429, 500, 502, 503, 504);
    private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]*");
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,4}");

    private final URI endpoint;
    private final String token;
    private final RetryPolicy policy;
    /** HTTP/1.1: one stream at a time gains nothing from HTTP/2, whose windows slow large files down. */
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();

    private boolean reached;

    /**
     * A client of one hub.
     *
     * @param endpoint URL, as {@code $HF_ENDPOINT} has it
     * @param token empty if there is none
     */
    HubClient(String endpoint, String token, RetryPolicy policy) {
        this.endpoint = endpoint(endpoint.strip());
        this.token = token.strip();
        this.policy = policy;
        if (!TOKEN.matcher(this.token).matches()) {
            throw new ModelException(
                    "HF_TOKEN holds characters that no token has, such as spaces or line breaks; set it anew");
        }
    }

    private static URI endpoint(String text) {
        try {
            URI uri = URI.create(text.replaceFirst("/+$", ""));
            if (uri.getHost() != null && isHttp(uri) && uri.getRawQuery() == null && uri.getRawFragment() == null) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // Said below in our words.
        }
        throw new ModelException(
                "HF_ENDPOINT is " + Quoted.of(text) + "; expected a URL such as https://hub.example.org");
    }

    private static boolean isHttp(URI uri) {
        return "https".equalsIgnoreCase(uri.getScheme()) || "http".equalsIgnoreCase(uri.getScheme());
    }

    /** An address of the hub; the path begins with a slash and is encoded. */
    URI address(String path) {
        return URI.create(endpoint + path);
    }

    RetryPolicy policy() {
        return policy;
    }

    /**
     * A response with a body to read and to close: 200, 206 or 416.
     *
     * @param named the checksum that the hub itself gives to the file, if any
     * @param body fails if it stalls
     */
    record Response(int status, java.net.http.HttpHeaders headers, Optional<Checksum> named, InputStream body)
            implements AutoCloseable {
        @Override
        public void close() throws IOException {
            body.close();
        }
    }

    /**
     * Gets an address of the hub, wherever it redirects to.
     *
     * @param what the thing wanted in words, for messages
     * @throws IOException if another attempt may do better
     * @throws ModelException if none will: the hub cannot be reached, or says no
     */
    Response get(URI address, Map<String, String> headers, String what) throws IOException, InterruptedException {
        URI at = address;
        String linked = "";
        for (int hop = 0; hop <= MAX_REDIRECTS; hop++) {
            HttpResponse<InputStream> response = send(at, headers);
            int status = response.statusCode();
            if (status == 200 || status == 206 || status == 416) {
                String etag = isHub(at) ? response.headers().firstValue("ETag").orElse("") : "";
                return new Response(
                        status,
                        response.headers(),
                        checksum(
                                linked.isEmpty()
                                        ? response.headers()
                                                .firstValue("X-Linked-Etag")
                                                .orElse(etag)
                                        : linked),
                        new StallGuard(response.body(), policy.stall()));
            }
            response.body().close();
            if (!REDIRECTS.contains(status)) {
                throw failure(response, at, what);
            }
            if (isHub(at)) {
                linked = response.headers().firstValue("X-Linked-Etag").orElse(linked);
            }
            at = redirect(at, response.headers().firstValue("Location").orElse(""), what);
        }
        throw new ModelException(what + ": more than " + MAX_REDIRECTS + " redirects; is " + endpoint + " a hub?");
    }

    private HttpResponse<InputStream> send(URI at, Map<String, String> headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(at).timeout(policy.stall()).header("User-Agent", "sirocco");
        headers.forEach(request::header);
        if (!token.isEmpty() && isHub(at)) {
            request.header("Authorization", "Bearer " + token);
        }
        try {
            HttpResponse<InputStream> response = http.send(request.build(), BodyHandlers.ofInputStream());
            reached = true;
            return response;
        } catch (ConnectException | HttpConnectTimeoutException | SSLHandshakeException e) {
            if (reached) {
                throw e;
            }
            throw new ModelException(
                    "the hub at " + endpoint + " cannot be reached (" + ModelCache.reason(e)
                            + "): check the network, HF_ENDPOINT and, behind a proxy, Java's https.proxyHost and https.proxyPort",
                    e);
        }
    }

    private URI redirect(URI from, String location, String what) {
        try {
            URI to = from.resolve(location);
            boolean downgrade = "https".equalsIgnoreCase(from.getScheme()) && !"https".equalsIgnoreCase(to.getScheme());
            if (!location.isEmpty() && isHttp(to) && to.getHost() != null && !downgrade) {
                return to;
            }
        } catch (IllegalArgumentException e) {
            // Said below in our words. The address may hold a signature: it is not repeated.
        }
        throw new ModelException(what + ": " + from.getHost() + " redirects to an address that cannot be followed");
    }

    /** Scheme, host and port are the endpoint's. */
    private boolean isHub(URI uri) {
        return endpoint.getScheme().equalsIgnoreCase(uri.getScheme())
                && endpoint.getHost().equalsIgnoreCase(uri.getHost())
                && port(endpoint) == port(uri);
    }

    private static int port(URI uri) {
        if (uri.getPort() >= 0) {
            return uri.getPort();
        }
        return "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
    }

    /** The hub's ETag of a small file is git's name of it, that of a large one its SHA-256; a mirror's may be anything. */
    private static Optional<Checksum> checksum(String etag) {
        String hex = etag.replaceFirst("^W/", "").replace("\"", "").toLowerCase(Locale.ROOT);
        if (Checksum.Algorithm.SHA256.looksLike(hex)) {
            return Optional.of(Checksum.sha256(hex));
        }
        return Checksum.Algorithm.GIT_BLOB.looksLike(hex) ? Optional.of(Checksum.gitBlob(hex)) : Optional.empty();
    }

    /** The exception to throw, or throws a ModelException itself. */
    private IOException failure(HttpResponse<?> response, URI at, String what) {
        int status = response.statusCode();
        String says = at.getHost() + " answers HTTP " + status;
        if (BUSY.contains(status)) {
            String after = response.headers().firstValue("Retry-After").orElse("");
            Duration wait =
                    SECONDS.matcher(after).matches() ? Duration.ofSeconds(Long.parseLong(after)) : Duration.ZERO;
            return new Retries.BusyException(says, wait.compareTo(MAX_WAIT) > 0 ? MAX_WAIT : wait);
        }
        if (!isHub(at)) {
            // A signed address that ran out; the hub gives a new one.
            return new IOException(says);
        }
        throw new ModelException(what + ": "
                + switch (status) {
                    case 401, 403 ->
                        "the hub refuses access (HTTP " + status
                                + "): the model may be gated or private, or its name misspelled; "
                                + (token.isEmpty()
                                        ? "accept its terms on its page and set HF_TOKEN to your access token"
                                        : "accept its terms on its page, and check that the token in HF_TOKEN may read it");
                    case 404 ->
                        switch (response.headers().firstValue("X-Error-Code").orElse("")) {
                            case "RevisionNotFound" ->
                                "the repository has no such revision (HTTP 404); check the part after the @";
                            case "RepoNotFound" ->
                                "the hub has no such repository (HTTP 404); check the organization and the name";
                            default -> "the hub does not have it (HTTP 404); check the name and the revision";
                        };
                    default -> says + ", which no attempt will change; is " + endpoint + " a hub?";
                });
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
