package io.sirocco.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Where the launcher comes in. */
public final class Main {

    private static final int INTERRUPTED = 130;
    private static final long CLEAN_UP_SECONDS = 15;

    private Main() {}

    /** Runs one command and exits with its code. */
    public static void main(String[] args) {
        if (Arrays.asList(args).contains(Sirocco.DEBUG)) {
            System.setProperty("sirocco.log.level", "warn");
            System.setProperty("sirocco.log.own", "info");
        }
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        CountDownLatch finished = new CountDownLatch(1);
        Thread command = Thread.currentThread();
        // On an interrupt (SIGINT ends the JVM with 130) the command first takes back what it has half written.
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            if (finished.getCount() > 0) {
                                command.interrupt();
                                await(finished);
                            }
                        },
                        "sirocco-interrupt"));
        int code = Sirocco.execute(out, err, args);
        finished.countDown();
        System.exit(command.isInterrupted() ? INTERRUPTED : code);
    }

    private static void await(CountDownLatch finished) {
        try {
            finished.await(CLEAN_UP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
