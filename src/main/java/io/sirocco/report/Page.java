package io.sirocco.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;
import io.sirocco.report.Section.Block;
import io.sirocco.report.Section.Cases;
import io.sirocco.report.Section.Column;
import io.sirocco.report.Section.Figure;
import io.sirocco.report.Section.Table;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Properties;

/**
 * The page as HTML, with its script, style and figures in it. What others wrote (prompts, answers, names) stands in the page in two
 * places: in its text, where the template escapes it, and in the JSON of the plots, which has no {@code <}. Should that fail, the
 * page's policy runs no script but the two whose digests it names, and loads nothing from anywhere.
 */
final class Page {

    /** What stands at the top: the runs and what is to be known of each. */
    record Head(String name, int number, List<Fact> facts) {}

    /** A named value. */
    record Fact(String name, String value) {}

    private record Cell(String text, boolean number) {}

    private record TableView(String title, List<Column> columns, List<List<Cell>> rows) {}

    private record FigureView(String title, String description, int plot, List<String> legend) {}

    /** One of the three, the others null. */
    private record BlockView(FigureView figure, TableView table, Cases cases) {}

    private record SectionView(String title, String anchor, String lead, List<BlockView> blocks) {}

    private record View(
            String title,
            String policy,
            String style,
            List<Head> runs,
            boolean several,
            List<SectionView> sections,
            String library,
            String licence,
            String plots,
            String script) {}

    private final List<Plot> plots = new ArrayList<>();

    private Page() {}

    static String of(String title, List<Head> runs, List<Section> sections) {
        return new Page().render(title, runs, sections);
    }

    private String render(String title, List<Head> runs, List<Section> sections) {
        List<SectionView> views = new ArrayList<>();
        for (Section section : sections) {
            views.add(new SectionView(
                    section.title(),
                    "section-" + (views.size() + 1),
                    section.lead(),
                    section.blocks().stream().map(this::view).toList()));
        }
        String uplot = uplot();
        String style = resource(uplot + "dist/uPlot.min.css") + resource("report.css");
        String library = script(resource(uplot + "dist/uPlot.iife.min.js"));
        String script = script(resource("report.js"));
        String policy = "default-src 'none'; base-uri 'none'; form-action 'none'; style-src " + digest(style)
                + "; script-src " + digest(library) + " " + digest(script);
        Template template = Mustache.compiler()
                .escapeHTML(true)
                .emptyStringIsFalse(true)
                .nullValue("")
                .compile(resource("report.mustache"));
        return template.execute(new View(
                title,
                policy,
                style,
                runs,
                runs.size() > 1,
                views,
                library,
                resource(uplot + "LICENSE"),
                json(plots),
                script));
    }

    private BlockView view(Block block) {
        return switch (block) {
            case Figure figure -> {
                plots.add(figure.plot());
                List<String> legend = figure.plot().named()
                                && figure.plot().series().size() > 1
                        ? figure.plot().series().stream().map(Plot.Series::name).toList()
                        : List.of();
                yield new BlockView(
                        new FigureView(figure.title(), figure.plot().description(), plots.size() - 1, legend),
                        null,
                        null);
            }
            case Table table -> new BlockView(null, view(table), null);
            case Cases cases -> new BlockView(null, null, cases);
        };
    }

    private static TableView view(Table table) {
        List<List<Cell>> rows = new ArrayList<>();
        for (List<String> row : table.rows()) {
            List<Cell> cells = new ArrayList<>();
            for (int i = 0; i < row.size(); i++) {
                cells.add(new Cell(row.get(i), table.columns().get(i).number()));
            }
            rows.add(cells);
        }
        return new TableView(table.title(), table.columns(), rows);
    }

    /** For a script element of data: no {@code <} can end the element or begin a comment. */
    static String json(Object value) {
        try {
            return Json.MAPPER
                    .writeValueAsString(value)
                    .replace("<", "\\u003c")
                    .replace("\u2028", "\\u2028")
                    .replace("\u2029", "\\u2029");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** For a script element: the backslash means nothing in the strings where such an end tag may stand. */
    private static String script(String text) {
        return text.replace("</", "<\\/");
    }

    private static String digest(String text) {
        try {
            byte[] sha = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return "'sha256-" + Base64.getEncoder().encodeToString(sha) + "'";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The folder of the library in its jar, which has its version in its name. */
    private static String uplot() {
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(resource("/META-INF/maven/org.webjars.npm/uplot/pom.properties")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return "/META-INF/resources/webjars/uplot/" + properties.getProperty("version") + "/";
    }

    private static String resource(String name) {
        try (InputStream in = Page.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
