package io.sirocco.cli;

import io.sirocco.job.JobListener;
import io.sirocco.job.Progress;
import io.sirocco.weights.PullProgress;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.stream.Collectors;

/** Progress on stderr: one line that is rewritten on a terminal, else a new line now and then. */
final class ProgressLine implements JobListener {

    private static final long QUIET_NANOS = Duration.ofSeconds(10).toNanos();

    private final PrintWriter err;
    private final boolean terminal;
    private long lastPrinted = System.nanoTime();
    private boolean open;

    /** The launcher says in {@code sirocco.terminal} whether stderr is one. */
    ProgressLine(PrintWriter err) {
        this(err, Boolean.getBoolean("sirocco.terminal"));
    }

    ProgressLine(PrintWriter err, boolean terminal) {
        this.err = err;
        this.terminal = terminal;
    }

    @Override
    public synchronized void phase(String what) {
        if (terminal) {
            rewrite(what);
        }
    }

    @Override
    public synchronized void engine(String description) {
        end();
        err.println("sirocco: " + description);
    }

    @Override
    public synchronized void progress(Progress progress) {
        show(text(progress));
    }

    @Override
    public PullProgress pull() {
        return new PullProgress() {
            @Override
            public void received(String file, long done, long total) {
                pulled(file, done, total);
            }

            @Override
            public void waitingFor(Path lock) {
                show("waiting for another process that pulls the model (" + lock + ")");
            }
        };
    }

    private void pulled(String file, long done, long total) {
        String of = total < 0 ? "" : String.format(Locale.ROOT, " of %.1f", total / 1e6);
        show(String.format(Locale.ROOT, "pulling %s: %.1f%s MB", file, done / 1e6, of));
    }

    synchronized void show(String text) {
        if (terminal) {
            rewrite(text);
        } else if (System.nanoTime() - lastPrinted >= QUIET_NANOS) {
            lastPrinted = System.nanoTime();
            err.println("sirocco: " + text);
        }
    }

    private void rewrite(String text) {
        err.print("\r\u001b[Ksirocco: " + text);
        err.flush();
        open = true;
    }

    /** Takes the line away, for what is printed next. */
    synchronized void end() {
        if (open) {
            err.print("\r\u001b[K");
            err.flush();
            open = false;
        }
    }

    static String text(Progress progress) {
        long rows = progress.earlier() + progress.rows();
        long total = progress.earlier() + progress.total();
        String errors = progress.errors().entrySet().stream()
                .map(error -> ", " + error.getValue() + " " + error.getKey())
                .collect(Collectors.joining());
        String cached = progress.cachedShare() == 0
                ? ""
                : String.format(Locale.ROOT, " (%.0f%% cached)", 100 * progress.cachedShare());
        String left = progress.remaining().map(time -> ", ETA " + clock(time)).orElse("");
        return String.format(
                Locale.ROOT,
                "%d/%d rows (%d%%)%s, prefill %.0f tokens/s%s, decode %.0f tokens/s%s",
                rows,
                total,
                total == 0 ? 100 : 100 * rows / total,
                errors,
                progress.prefillRate(),
                cached,
                progress.decodeRate(),
                left);
    }

    private static String clock(Duration time) {
        return time.toHours() > 0
                ? String.format(Locale.ROOT, "%d:%02d:%02d", time.toHours(), time.toMinutesPart(), time.toSecondsPart())
                : String.format(Locale.ROOT, "%d:%02d", time.toMinutes(), time.toSecondsPart());
    }
}
