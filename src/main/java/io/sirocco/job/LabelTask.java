package io.sirocco.job;

import io.sirocco.engine.Completion.RowError;
import io.sirocco.engine.Engine;
import io.sirocco.engine.EngineOptions;
import io.sirocco.engine.Scores;
import io.sirocco.engine.Scores.Score;
import java.io.Serializable;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
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
        private final Map<LabelRequests.Questions, CompletableFuture<List<Scores>>> neutral =
                new LinkedHashMap<>(16, 0.75f, true) {
                    private static final long serialVersionUID = 1L;

                    @Override
                    protected boolean removeEldestEntry(
                            Map.Entry<LabelRequests.Questions, CompletableFuture<List<Scores>>> eldest) {
                        return size() > MOST_NEUTRAL;
                    }
                };

        Asking(Engine engine) {
            this.engine = engine;
        }

        Asked<List<Scores>> ask(String id, Row row) {
            try {
                LabelRequests.Questions questions = reader.read(row);
                CompletableFuture<List<Scores>> prior =
                        calibrate ? neutral.computeIfAbsent(reader.neutral(row), this::score) : null;
                return new Asked<>(
                        score(questions),
                        scores -> answered(id, row, questions.labels(), scores, prior == null ? null : prior.join()));
            } catch (BadRow bad) {
                return new Asked<>(
                        CompletableFuture.completedFuture(List.of(Scores.failed(bad.error(), 0))),
                        scores -> answered(id, row, List.of(), scores, null));
            }
        }

        private CompletableFuture<List<Scores>> score(LabelRequests.Questions questions) {
            List<CompletableFuture<Scores>> scores = questions.questions().stream()
                    .map(question -> engine.score(question.prompt(), question.continuations()))
                    .toList();
            CompletableFuture<List<Scores>> all = CompletableFuture.allOf(scores.toArray(CompletableFuture[]::new))
                    .thenApply(_ -> scores.stream().map(CompletableFuture::join).toList());
            CompletableFuture<List<Scores>> _ = all.whenComplete((_, _) -> scores.forEach(one -> one.cancel(false)));
            return all;
        }

        private Asked.Answered answered(
                String id, Row row, List<String> labels, List<Scores> scores, List<Scores> prior) {
            RowError error = Stream.concat(scores.stream(), prior == null ? Stream.empty() : prior.stream())
                    .map(Scores::error)
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElse(null);
            Ranking ranking = error == null ? ranking(labels, continuations(scores), continuations(prior)) : null;
            int labelTokens = scores.stream()
                    .flatMap(one -> one.continuations().stream())
                    .mapToInt(score -> score.tokenLogprobs().size())
                    .sum();
            return new Asked.Answered(
                    output.row(row, id, ranking, scores, error, engine.fingerprint()),
                    scores.stream().mapToInt(Scores::contextTokens).sum(),
                    labelTokens,
                    error);
        }

        private Ranking ranking(List<String> labels, List<List<Score>> scores, List<List<Score>> prior) {
            return requests.labelling() == Labelling.EACH
                    ? Ranking.each(scoring, labels, scores, prior)
                    : Ranking.of(scoring, labels, scores.getFirst(), prior == null ? null : prior.getFirst());
        }

        private static List<List<Score>> continuations(List<Scores> scores) {
            return scores == null
                    ? null
                    : scores.stream().map(Scores::continuations).toList();
        }
    }
}
