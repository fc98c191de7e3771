package io.sirocco.cli;

import io.sirocco.cli.BenchKernels.AttentionSpeed;
import io.sirocco.cli.BenchKernels.ProductSpeed;
import io.sirocco.cli.BenchReport.Memory;
import io.sirocco.cli.BenchReport.Model;
import io.sirocco.cli.BenchReport.Peer;
import io.sirocco.cli.BenchReport.Ratio;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A {@link BenchReport} as tables for people. */
final class BenchTable {

    private final PrintWriter out;

    private BenchTable(PrintWriter out) {
        this.out = out;
    }

    static void print(BenchReport report, PrintWriter out) {
        BenchTable table = new BenchTable(out);
        Machine machine = report.machine();
        out.printf(
                Locale.ROOT,
                "%s: %s, threads: %d, %s, Java %s%n",
                machine.date(),
                machine.processor(),
                machine.threads(),
                machine.kernels(),
                machine.java());
        out.printf(
                Locale.ROOT,
                "peak: %.1f GFLOP/s in f32 FMAs, %.1f GB/s read from memory%n",
                report.kernels().peak().fmaGflops(),
                report.kernels().peak().readGbS());
        table.products(report.kernels().products());
        table.attention(report.kernels().attention());
        report.model().ifPresent(model -> {
            table.model(model);
            report.llamaCpp().ifPresent(peer -> table.peer(model, peer));
            table.parts(model.parts());
            table.memory(model.memory());
        });
    }

    private void products(List<ProductSpeed> products) {
        out.printf(Locale.ROOT, "%n%-44s %8s   %s%n", "matrix products", "% of read", "% of FMA peak, by tokens");
        StringBuilder header = new StringBuilder();
        BenchKernels.BATCHES.forEach(tokens -> header.append(String.format(Locale.ROOT, "%8d", tokens)));
        out.printf(Locale.ROOT, "%-44s %9d %s%n", "model, matrix, type", 1, header);
        int columns = BenchKernels.BATCHES.size();
        for (int i = 0; i < products.size(); i += columns) {
            ProductSpeed first = products.get(i);
            StringBuilder shares = new StringBuilder();
            for (ProductSpeed speed : products.subList(i, i + columns)) {
                shares.append(String.format(Locale.ROOT, "%8.1f", 100 * speed.fmaShare()));
            }
            out.printf(
                    Locale.ROOT,
                    "%-26.26s %-6s %-10s %9.1f %s%n",
                    first.model(),
                    first.matrix(),
                    first.type(),
                    100 * first.readShare(),
                    shares);
        }
    }

    private void attention(List<AttentionSpeed> speeds) {
        out.printf(
                Locale.ROOT,
                "%n%-30s %8s %10s %10s %10s%n",
                "attention in decode",
                "context",
                "rows",
                "GB/s",
                "% of read");
        for (AttentionSpeed speed : speeds) {
            out.printf(
                    Locale.ROOT,
                    "%-26.26s %-3s %8d %10d %10.1f %10.1f%n",
                    speed.model(),
                    speed.type(),
                    speed.context(),
                    speed.sequences(),
                    speed.readGbS(),
                    100 * speed.readShare());
        }
    }

    private void model(Model model) {
        out.printf(Locale.ROOT, "%n%-44s %10s %10s %10s%n", "tokens a second", "prefill", "decode", "total");
        throughput(model.name(), model.bulk());
        throughput(model.name(), model.single());
    }

    private void throughput(String who, Throughput speed) {
        out.printf(
                Locale.ROOT,
                "%-26.26s %-17s %10.1f %10.1f %10.1f%n",
                who,
                speed.rows() + " x (" + speed.promptTokens() + " + " + speed.newTokens() + ")",
                speed.prefillTokS(),
                speed.decodeTokS(),
                speed.totalTokS());
    }

    private void peer(Model model, Peer peer) {
        throughput("llama.cpp", peer.bulk());
        throughput("llama.cpp", peer.single());
        ratio("bulk", Ratio.of(model.bulk(), peer.bulk()));
        ratio("single", Ratio.of(model.single(), peer.single()));
    }

    private void ratio(String what, Ratio ratio) {
        out.printf(
                Locale.ROOT,
                "%-44s %10.2f %10.2f %10.2f%n",
                "times llama.cpp, " + what,
                ratio.prefill(),
                ratio.decode(),
                ratio.total());
    }

    private void parts(Map<String, Map<String, Double>> parts) {
        List<String> names = new ArrayList<>(parts.values().iterator().next().keySet());
        StringBuilder header = new StringBuilder();
        names.forEach(name -> header.append(String.format(Locale.ROOT, "%11s", name)));
        out.printf(Locale.ROOT, "%n%-14s %s%n", "time in %", header);
        parts.forEach((measured, shares) -> {
            StringBuilder row = new StringBuilder();
            names.forEach(name -> row.append(String.format(Locale.ROOT, "%11.1f", 100 * shares.get(name))));
            out.printf(Locale.ROOT, "%-14s %s%n", measured.replace('_', ' '), row);
        });
    }

    private void memory(Memory memory) {
        out.printf(
                Locale.ROOT,
                "%nmemory in MiB: peak RSS %.0f, weights %.0f, keys and values %.0f%n",
                memory.peakRssMib(),
                memory.weightsMib(),
                memory.keyValuesMib());
    }
}
