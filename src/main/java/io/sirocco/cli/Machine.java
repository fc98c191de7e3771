package io.sirocco.cli;

import io.sirocco.kernel.Kernels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;

/** Where and when something was measured. */
record Machine(String date, String processor, int threads, String kernels, String java) {

    static Machine here(int threads) {
        return new Machine(
                LocalDate.now(ZoneOffset.UTC).toString(),
                field("/proc/cpuinfo", "model name").orElse(System.getProperty("os.arch")),
                threads,
                Kernels.get().name(),
                Runtime.version().toString());
    }

    /** MiB of memory that this process has had at most, its mapped files included; empty where the system does not tell. */
    static Optional<Double> peakRssMib() {
        return field("/proc/self/status", "VmHWM").map(kib -> Long.parseLong(kib.replace(" kB", "")) / 1024.0);
    }

    private static Optional<String> field(String file, String name) {
        try {
            return Files.readAllLines(Path.of(file)).stream()
                    .filter(line -> line.startsWith(name))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst();
        } catch (IOException _) {
            return Optional.empty(); // not Linux
        }
    }
}
