package io.sirocco.job;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/**
 * A process that has a {@link Lease}, as its file says.
 *
 * @param id of this lease alone
 * @param host as people call it
 * @param machine where {@code pid} means something: one boot of a kernel, and the container
 * @param started when the process began, in milliseconds since 1970, since numbers of processes come again; 0 if it cannot be told
 */
record LeaseHolder(String id, String host, String machine, long pid, long started) {

    LeaseHolder {
        if (id == null || host == null || machine == null) {
            throw new IllegalArgumentException("a lease names its holder by id, host and machine");
        }
    }

    static LeaseHolder self(String id) {
        ProcessHandle process = ProcessHandle.current();
        return new LeaseHolder(id, hostName(), thisMachine(), process.pid(), started(process));
    }

    private static long started(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException _) {
            return "an unknown host";
        }
    }

    /** On Linux machines and containers may share their names. */
    private static String thisMachine() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip() + " "
                    + Files.readSymbolicLink(Path.of("/proc/self/ns/pid"));
        } catch (IOException _) {
            return hostName();
        }
    }

    @JsonIgnore
    boolean isOnThisMachine() {
        return machine.equals(thisMachine());
    }

    /** Whether the process is there; asked on its own machine only. */
    @JsonIgnore
    boolean isRunning() {
        return ProcessHandle.of(pid)
                .filter(process -> process.isAlive() && started(process) == started)
                .isPresent();
    }
}
