package io.sirocco.report;

import io.sirocco.report.Page.Fact;
import io.sirocco.report.Page.Head;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * One HTML file on evaluations and on runs of jobs. It holds all that it needs: it can be mailed, printed and read on a phone.
 *
 * <p>The first of several runs is the one that the others are compared with.
 */
public final class Report {

    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("d MMMM yyyy, HH:mm 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private final List<Head> heads = new ArrayList<>();
    private final List<EvalRun> evaluations = new ArrayList<>();
    private final List<JobRun> jobs = new ArrayList<>();

    private Report() {}

    /**
     * Writes the report of one or more folders.
     *
     * @param folders outputs of evaluations ({@code results_*.json}, lm-evaluation-harness's own among them) or of jobs
     *     ({@code _sirocco/run.json})
     * @param file to write; replaced if it is there
     * @throws ReportException if a folder is neither, or a file cannot be read or written
     */
    public static void write(List<Path> folders, Path file) {
        Report report = new Report();
        List<String> names = names(folders);
        for (int i = 0; i < folders.size(); i++) {
            report.read(names.get(i), folders.get(i));
        }
        try {
            Files.writeString(file, report.page());
        } catch (IOException e) {
            throw new ReportException("the report cannot be written to " + file + ": " + e.getMessage(), e);
        }
    }

    /**
     * The page of one folder.
     *
     * @throws ReportException if it is no output of an evaluation or a job
     */
    public static String page(Path folder) {
        Report report = new Report();
        report.read(names(List.of(folder)).getFirst(), folder);
        return report.page();
    }

    /**
     * The page of one run of a job.
     *
     * @param name of the run, such as its output's
     * @return HTML, to be written in UTF-8
     */
    public static String page(String name, RunFigures figures) {
        Report report = new Report();
        report.add(new JobRun(name, figures));
        return report.page();
    }

    private void read(String name, Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new ReportException(folder + " is no folder; expected the output of an evaluation or of a job");
        }
        List<Path> results = EvalFolder.files(folder);
        Optional<JobRun> run = JobRun.read(name, folder);
        if (results.isEmpty() && run.isEmpty()) {
            throw new ReportException(folder + " has neither results_*.json, as an evaluation writes, nor figures in"
                    + " _sirocco/run.json, as a finished job does");
        }
        EvalFolder.read(name, results).forEach(this::add);
        run.ifPresent(this::add);
    }

    private void add(EvalRun run) {
        evaluations.add(run);
        List<Fact> facts = new ArrayList<>(List.of(
                new Fact("Model", run.model()),
                new Fact("Begun", DAY.format(run.date())),
                new Fact("Documents", Text.count(run.documents()))));
        if (run.seconds() > 0) {
            facts.add(new Fact("Time", Text.duration(run.seconds())));
            facts.add(new Fact("Documents a second", Text.decimals(run.documents() / run.seconds(), 1)));
        }
        heads.add(new Head(run.name(), evaluations.size(), facts));
    }

    private void add(JobRun run) {
        jobs.add(run);
        RunFigures figures = run.figures();
        long failed =
                figures.errors().values().stream().mapToLong(Long::longValue).sum();
        String earlier = figures.rowsOfEarlierRuns() == 0
                ? ""
                : " (" + Text.count(figures.rowsOfEarlierRuns()) + " of earlier runs)";
        List<Fact> facts = new ArrayList<>(List.of(
                new Fact("Job", figures.job()),
                new Fact("Model", figures.model()),
                new Fact("Rows", Text.count(figures.rows()) + earlier),
                new Fact("Errors", Text.count(failed)),
                new Fact("Time", Text.duration(figures.seconds()))));
        if (run.rate() > 0) {
            facts.add(new Fact("Answer tokens a second", Text.decimals(run.rate(), 1)));
        }
        heads.add(new Head(run.name(), jobs.size(), facts));
    }

    private String page() {
        List<Section> sections = new ArrayList<>();
        if (!evaluations.isEmpty()) {
            sections.addAll(ScoreSections.of(evaluations));
            sections.addAll(AnswerSections.of(evaluations));
            Mistakes.section(evaluations).ifPresent(sections::add);
        }
        if (!jobs.isEmpty()) {
            sections.addAll(JobSections.of(jobs));
        }
        String what = evaluations.isEmpty() ? "Run" : "Evaluation";
        List<String> names = heads.stream().map(Head::name).distinct().toList();
        return Page.of(what + ": " + String.join(", ", names), heads, sections);
    }

    /** Names of the folders; where two have the same, what was given. */
    private static List<String> names(List<Path> folders) {
        List<String> last = folders.stream()
                .map(folder ->
                        String.valueOf(folder.toAbsolutePath().normalize().getFileName()))
                .toList();
        if (new HashSet<>(last).size() == last.size()) {
            return last;
        }
        Set<String> taken = new HashSet<>();
        List<String> names = new ArrayList<>();
        for (Path folder : folders) {
            String name = folder.toString();
            for (int i = 2; !taken.add(name); i++) {
                name = folder + " (" + i + ")";
            }
            names.add(name);
        }
        return names;
    }
}
