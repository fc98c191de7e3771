package io.sirocco.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sirocco.cli.SiroccoProcess;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real cluster of Spark's own, with a master and two workers: what dies in it is done again by what is left, and once only. */
class KilledExecutorTest {

    private static final List<String> SPECULATION = List.of(
            "-Dspark.speculation=true",
            "-Dspark.speculation.interval=50ms",
            "-Dspark.speculation.multiplier=1.1",
            "-Dspark.speculation.quantile=0.1");

    @Test
    void aJobOutlivesAnExecutorAWorkerItsDriverAndAnExecutorThatHangs(@TempDir Path folder) throws Exception {
        KilledJob job = new KilledJob(folder);
        int port = freePort();
        String master = "spark://127.0.0.1:" + port;
        try (SiroccoProcess head = SiroccoProcess.java(
                        folder.resolve("master.log"),
                        List.of("-Xmx256m"),
                        "org.apache.spark.deploy.master.Master",
                        List.of("--host", "127.0.0.1", "--port", "" + port, "--webui-port", "0"));
                SiroccoProcess first = worker(folder, "127.0.0.1", master)) {
            try (SiroccoProcess second = worker(folder, "localhost", master);
                    SiroccoProcess run = job.startOnCluster(SPECULATION, "--master", master)) {
                run.await(() -> job.files() > 1 && first.children().size() == 1);
                first.children().getFirst().destroyForcibly();
                int files = job.files();
                run.await(() -> job.files() > files + 1);
                second.kill();
                int more = job.files();
                run.await(() -> job.files() > more);
                run.kill();
            }
            int before = job.committed();
            assertTrue(before < job.rows(), before + " rows");
            try (SiroccoProcess second = worker(folder, "localhost", master);
                    SiroccoProcess run = job.startOnCluster(SPECULATION, "--master", master)) {
                int files = job.files();
                run.await(() -> job.files() > files && !second.children().isEmpty());
                // Its tasks can end only as speculative copies on the other worker; it wakes up to find them done.
                ProcessHandle hanging = second.children().getFirst();
                signal("-STOP", hanging);
                int stopped = job.files();
                run.await(() -> job.files() > stopped + 4);
                signal("-CONT", hanging);
                assertEquals(0, run.await(), run::toString);
            }
            assertTrue(head.isAlive());
        }
        job.assertFinishedAsIfUndisturbed();
    }

    private static void signal(String signal, ProcessHandle process) throws IOException, InterruptedException {
        assertEquals(
                0,
                new ProcessBuilder("kill", signal, Long.toString(process.pid()))
                        .start()
                        .waitFor());
    }

    /** Workers of different hosts, by name: Spark puts no speculative copy on the host that has the task already. */
    private static SiroccoProcess worker(Path folder, String host, String master) throws IOException {
        List<String> args = new ArrayList<>(List.of("--host", host, "--webui-port", "0", "--cores", "1"));
        args.addAll(List.of("--memory", "1g", "--work-dir"));
        args.add(Files.createDirectories(folder.resolve("work-" + host)).toString());
        args.add(master);
        return SiroccoProcess.java(
                folder.resolve("worker-" + host + ".log"),
                List.of("-Xmx256m"),
                "org.apache.spark.deploy.worker.Worker",
                args);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
