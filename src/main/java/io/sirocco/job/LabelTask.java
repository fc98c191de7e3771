package io.sirocco.job;

import io.sirocco.engine.Completion.RowError;
import io.sirocco.engine.Engine;
import io.sirocco.engine.EngineOptions;
import io.sirocco.engine.Scores;
import java.io.Serializable;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;

/**
 * What each task does with the rows of its chunk, as sent to it.
 *
 * @param model as the user typed it
 * @param calibrate whether a label's score after a neutral prompt is taken off
 */
record LabelTask(
        String model,
        EngineOptions engine,
        LabelRequests requests,
        LabelScoring scoring,
        boolean calibrate,
        LabelRows output,
        Tally tally)
        implements FlatMapFunction<Iterator<Row>, Row>, Serializable {

    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
        TaskContext context = TaskContext.get();
        SharedEngine shared = Engines.get(model, engine);
        Asking asking = new Asking(shared.engine());
        AnsweredRows answered =
                new AnsweredRows(rows, output.columns().inputColumns(), shared, asking::ask, tally, context);
        context.addTaskCompletionListener(answered);
        return answered;
    }

    private final class Asking {

        private static final int MOST_NEUTRAL = 64;

        private final Engine engine;
        private final LabelRequests.Reader reader = requests.reader();

        /** The last neutral questions: where all rows have the same labels, their neutral questions mostly are the same. */
        private final Map<LabelRequests.Question, CompletableFuture<Scores>> neutral =
                new LinkedHashMap<>(16, 0.75f, true) {
                    private static final long serialVersionUID = 1L;

                    @Override
                    protected boolean removeEldestEntry(
                            Map.Entry<LabelRequests.Question, CompletableFuture<Scores>> eldest) {
                        return size() > MOST_NEUTRAL;
                    }
                };

        Asking(Engine engine) {
            this.engine = engine;
        }

        Asked<Scores> ask(String id, Row row) {
            try {
                LabelRequests.Question question = reader.read(row);
                CompletableFuture<Scores> prior =
                        calibrate ? neutral.computeIfAbsent(reader.neutral(row), this::score) : null;
                return new Asked<>(
                        score(question),
                        scores -> answered(id, row, question.labels(), scores, prior == null ? null : prior.join()));
            } catch (BadRow bad) {
                return new Asked<>(
                        CompletableFuture.completedFuture(Scores.failed(bad.error(), 0)),
                        scores -> answered(id, row, List.of(), scores, null));
            }
        }

        private CompletableFuture<Scores> score(LabelRequests.Question question) {
            return engine.score(question.prompt(), question.continuations());
        }

        private Asked.Answered answered(String id, Row row, List<String> labels, Scores scores, Scores prior) {
            RowError error = scores.error() == null && prior != null ? prior.error() : scores.error();
            Ranking ranking = error == null
                    ? Ranking.of(scoring, labels, scores.continuations(), prior == null ? null : prior.continuations())
                    : null;
            int labelTokens = scores.continuations().stream()
                    .mapToInt(score -> score.tokenLogprobs().size())
                    .sum();
            return new Asked.Answered(
                    output.row(row, id, ranking, scores, error, engine.fingerprint()),
                    scores.contextTokens(),
                    labelTokens,
                    error);
        }
    }
}
