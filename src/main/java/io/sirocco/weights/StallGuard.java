package io.sirocco.weights;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpTimeoutException;
import java.time.Duration;

/**
 * A response's body whose reads do not wait forever. The JDK's client bounds the wait for a response's headers, not for its body; a
 * connection whose other end is gone would never end.
 */
final class StallGuard extends InputStream {
    private final InputStream body;
    private final Duration limit;
    private final Thread watch;
    private volatile boolean reading;
    private volatile long sinceNanos;
    private volatile boolean stalled;

    StallGuard(InputStream body, Duration limit) {
        this.body = body;
        this.limit = limit;
        this.watch = Thread.ofVirtual().name("stall-guard").start(this::watch);
    }

    private void watch() {
        try {
            while (!reading || System.nanoTime() - sinceNanos < limit.toNanos()) {
                Thread.sleep(limit.dividedBy(8));
            }
            stalled = true;
            body.close();
        } catch (InterruptedException e) {
            // The stream was closed: there is nothing to watch any more.
        } catch (IOException e) {
            // The read that this was to end fails all the same.
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        sinceNanos = System.nanoTime();
        reading = true;
        try {
            return body.read(bytes, offset, length);
        } catch (IOException e) {
            if (stalled) {
                HttpTimeoutException timeout = new HttpTimeoutException("no bytes for " + limit.toSeconds() + " s");
                timeout.initCause(e);
                throw timeout;
            }
            throw e;
        } finally {
            reading = false;
        }
    }

    @Override
    public void close() throws IOException {
        watch.interrupt();
        body.close();
    }
}
