package io.sirocco.weights;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A hub on loopback with one repository, {@code org/tiny}, that can be made to misbehave. */
final class FakeHub implements AutoCloseable {
    static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

    /** What came in: path with query, and headers. */
    record Seen(String path, Map<String, List<String>> headers) {
        String header(String name) {
            return headers.getOrDefault(name, List.of("")).getFirst();
        }
    }

    final Map<String, byte[]> files = new LinkedHashMap<>();
    /** Names that stand in the listing without being there. */
    final List<String> listedOnly = new CopyOnWriteArrayList<>();

    final List<Seen> seen = new CopyOnWriteArrayList<>();
    String commit = COMMIT;
    boolean listsSizes = true;
    boolean givesRanges = true;
    boolean givesEtags = true;
    /** Where the file's bytes stand on another host; empty: here. */
    String redirect = "";
    /** The next responses with a file's bytes end after so many of them. */
    final Deque<Integer> dropsAfter = new ArrayDeque<>();
    /** The next requests for a file are answered with these statuses. */
    final Deque<Integer> statuses = new ArrayDeque<>();
    /** The response with this file's bytes stops after the first half without ending. */
    volatile String stallsIn = "";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    FakeHub() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Requests for the bytes of a file. */
    List<Seen> downloads(String file) {
        return seen.stream()
                .filter(request -> request.path().endsWith("/" + file))
                .toList();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().toString();
            seen.add(new Seen(path, new LinkedHashMap<>(exchange.getRequestHeaders())));
            if (path.startsWith("/api/models/org/tiny/revision/")) {
                send(exchange, statuses.isEmpty() ? 200 : statuses.poll(), listing());
            } else if (path.startsWith("/org/tiny/resolve/" + commit + "/") || path.startsWith("/elsewhere/")) {
                file(exchange, path.substring(path.lastIndexOf('/') + 1));
            } else {
                send(exchange, 404, new byte[0]);
            }
        }
    }

    private void file(HttpExchange exchange, String name) throws IOException {
        byte[] bytes = files.get(name);
        if (bytes == null || !statuses.isEmpty()) {
            send(exchange, statuses.isEmpty() ? 404 : statuses.poll(), new byte[0]);
            return;
        }
        Headers headers = exchange.getResponseHeaders();
        if (!redirect.isEmpty()) {
            headers.set("Location", redirect + "/elsewhere/" + name);
            send(exchange, 302, new byte[0]);
            return;
        }
        String etag = "\"" + gitBlob(bytes) + "\"";
        if (givesEtags) {
            headers.set("ETag", etag);
        }
        int from = 0;
        String range = exchange.getRequestHeaders().getFirst("Range");
        String ifRange = exchange.getRequestHeaders().getFirst("If-Range");
        if (range != null && givesRanges && (ifRange == null || ifRange.equals(etag))) {
            from = Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
            headers.set("Content-Range", "bytes " + from + "-" + (bytes.length - 1) + "/" + bytes.length);
        }
        exchange.sendResponseHeaders(headers.containsKey("Content-Range") ? 206 : 200, bytes.length - from);
        OutputStream body = exchange.getResponseBody();
        byte[] rest = Arrays.copyOfRange(bytes, from, bytes.length);
        Integer drop = dropsAfter.poll();
        boolean stalls = name.equals(stallsIn);
        body.write(rest, 0, drop != null ? drop : stalls ? rest.length / 2 : rest.length);
        body.flush();
        if (stalls) {
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(10_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    private byte[] listing() {
        ObjectNode model =
                new ObjectMapper().createObjectNode().put("id", "org/tiny").put("sha", commit);
        var siblings = model.putArray("siblings");
        files.forEach((name, bytes) -> {
            ObjectNode file = siblings.addObject().put("rfilename", name);
            if (listsSizes) {
                file.put("size", bytes.length);
                if (name.endsWith(".safetensors")) {
                    file.put("blobId", "0".repeat(40));
                    file.putObject("lfs").put("sha256", hash("SHA-256", bytes)).put("size", bytes.length);
                } else {
                    file.put("blobId", gitBlob(bytes));
                }
            }
        });
        listedOnly.forEach(name -> siblings.addObject().put("rfilename", name));
        return model.toString().getBytes(StandardCharsets.UTF_8);
    }

    static String gitBlob(byte[] bytes) {
        byte[] header = ("blob " + bytes.length + "\0").getBytes(StandardCharsets.US_ASCII);
        byte[] both = Arrays.copyOf(header, header.length + bytes.length);
        System.arraycopy(bytes, 0, both, header.length, bytes.length);
        return hash("SHA-1", both);
    }

    private static String hash(String algorithm, byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
