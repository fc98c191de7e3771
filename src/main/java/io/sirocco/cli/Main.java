package io.sirocco.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Where the launcher comes in. */
public final class Main {

    private static final long CLEAN_UP_SECONDS = 15;

    /** Set by Spark in each driver that it starts. */
    private static final String SUBMITTED = "spark.submit.deployMode";

    private Main() {}

    /** Runs one command and exits with its code; under spark-submit, which takes any exit for a failure, it returns instead of 0. */
    public static void main(String[] args) {
        if (Arrays.asList(args).contains(Sirocco.DEBUG)) {
            System.setProperty("sirocco.log.level", "warn");
            System.setProperty("sirocco.log.own", "info");
        }
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        CountDownLatch finished = new CountDownLatch(1);
        AtomicBoolean interrupted = new AtomicBoolean();
        Thread command = Thread.currentThread();
        // On SIGINT or SIGTERM the command first takes back what it has half written, and says what there is.
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            if (finished.getCount() > 0) {
                                interrupted.set(true);
                                command.interrupt();
                                await(finished);
                                // The JVM's own code would be 143 for SIGTERM.
                                Runtime.getRuntime().halt(Sirocco.INTERRUPTED);
                            }
                        },
                        "sirocco-interrupt"));
        int code = Sirocco.execute(out, err, interrupted::get, args);
        finished.countDown();
        if (code != 0 || System.getProperty(SUBMITTED) == null) {
            System.exit(code);
        }
    }

    private static void await(CountDownLatch finished) {
        try {
            finished.await(CLEAN_UP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
