package io.sirocco.weights;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Brings one file of the hub onto the disk, through as many connections as it takes. */
final class HubDownload {
    private static final int BUFFER_BYTES = 1 << 17;
    /** So much in one connection is progress; a server that drops sooner is tried only so often. */
    private static final long PROGRESS_BYTES = 1 << 20;

    private static final Pattern CONTENT_RANGE =
            Pattern.compile("bytes ([0-9]{1,18})-[0-9]{1,18}/(?:([0-9]{1,18})|\\*)");

    private final HubClient client;
    private final URI address;
    private final HubFile file;
    private final Path part;
    private final String what;
    private final Retries retries;

    private long total;
    private Optional<Checksum> checksum;
    /** Strong ETag of what lies in the part, so that a resumed file is not sewn together from two. */
    private String validator = "";

    /**
     * A download of one file.
     *
     * @param part where the bytes go; what it holds already is kept if the file's checksum will tell whether it belongs
     * @param what the file in words, for messages
     */
    HubDownload(HubClient client, URI address, HubFile file, Path part, String what) {
        this.client = client;
        this.address = address;
        this.file = file;
        this.part = part;
        this.what = what;
        this.total = file.bytes();
        this.checksum = file.checksum();
        this.retries = new Retries(client.policy(), what);
    }

    /** Returns when the part holds the whole file, checked and on the disk. */
    void run(PullProgress progress) throws IOException, InterruptedException {
        if (checksum.isEmpty()) {
            Files.deleteIfExists(part);
        }
        try (FileChannel out = FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            if (total != HubFile.UNKNOWN && out.size() > total) {
                out.truncate(0);
            }
            ProgressMeter meter = new ProgressMeter(progress, file.name(), total);
            while (out.size() == 0 || out.size() != total) {
                if (attempt(out, meter)) {
                    break;
                }
            }
            out.force(true);
            meter.finished(out.size());
        }
        if (checksum.isPresent()) {
            try {
                checksum.get().verify(part, what);
            } catch (ModelException e) {
                Files.delete(part);
                throw e;
            }
        }
    }

    /** One connection; true if the response ended where it should. */
    private boolean attempt(FileChannel out, ProgressMeter meter) throws IOException, InterruptedException {
        long before = out.size();
        try (HubClient.Response response = client.get(address, range(before), what)) {
            switch (response.status()) {
                case 206 -> requireRange(response.headers(), before, out);
                case 200 -> {
                    // The server does not do ranges, or has another file than the one begun.
                    written(() -> out.truncate(0));
                    before = 0;
                    setTotal(response.headers().firstValueAsLong("Content-Length"));
                    validator = strong(response.headers().firstValue("ETag").orElse(""));
                }
                default -> {
                    written(() -> out.truncate(0));
                    throw new IOException(
                            "the hub has no bytes from " + before + " on (HTTP " + response.status() + ")");
                }
            }
            checksum = checksum.or(response::named);
            copy(response, out, before, meter);
            if (total != HubFile.UNKNOWN && out.size() < total) {
                throw new IOException("the connection ended after " + out.size() + " of " + total + " bytes");
            }
            return true;
        } catch (IOException e) {
            if (out.size() - before >= PROGRESS_BYTES) {
                retries.progressed();
            }
            retries.after(e);
            return false;
        }
    }

    private Map<String, String> range(long from) {
        Map<String, String> headers = new HashMap<>();
        if (from > 0) {
            headers.put("Range", "bytes=" + from + "-");
            if (!validator.isEmpty()) {
                headers.put("If-Range", validator);
            }
        }
        return headers;
    }

    private void requireRange(HttpHeaders headers, long from, FileChannel out) throws IOException {
        String range = headers.firstValue("Content-Range").orElse("");
        Matcher matcher = CONTENT_RANGE.matcher(range);
        if (!matcher.matches() || Long.parseLong(matcher.group(1)) != from) {
            written(() -> out.truncate(0));
            throw new IOException("asked for the bytes from " + from + " on, the hub sends " + Quoted.of(range));
        }
        if (matcher.group(2) != null) {
            setTotal(OptionalLong.of(Long.parseLong(matcher.group(2))));
        }
    }

    private void setTotal(OptionalLong told) {
        if (told.isPresent() && total == HubFile.UNKNOWN) {
            total = told.getAsLong();
        } else if (told.isPresent() && told.getAsLong() != total) {
            throw new ModelException(what + ": the hub sends " + told.getAsLong() + " bytes, its listing says " + total
                    + "; nothing of it was kept. Try again later or from another HF_ENDPOINT");
        }
    }

    /** A weak ETag may stand for different bytes. */
    private static String strong(String etag) {
        return etag.startsWith("\"") ? etag : "";
    }

    private void copy(HubClient.Response response, FileChannel out, long from, ProgressMeter meter) throws IOException {
        long at = from;
        byte[] buffer = new byte[BUFFER_BYTES];
        for (int n = response.body().read(buffer); n >= 0; n = response.body().read(buffer)) {
            if (total != HubFile.UNKNOWN && at + n > total) {
                written(() -> out.truncate(0));
                throw new ModelException(
                        what + ": the hub sends more than its " + total + " bytes; nothing of it was kept");
            }
            ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, n);
            for (long end = at + n; at < end; ) {
                long position = at;
                at += written(() -> out.write(bytes, position));
            }
            meter.at(at);
        }
    }

    @FunctionalInterface
    private interface DiskWork<T> {
        T run() throws IOException;
    }

    /** A full disk is no reason to ask the hub again. */
    private <T> T written(DiskWork<T> work) {
        try {
            return work.run();
        } catch (IOException e) {
            throw new ModelException(part + " cannot be written: " + ModelCache.reason(e), e);
        }
    }
}
