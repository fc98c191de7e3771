package io.sirocco.job;

import io.sirocco.engine.Engine;
import io.sirocco.engine.EngineOptions;
import io.sirocco.engine.Prompt;
import io.sirocco.engine.Request;
import io.sirocco.engine.SamplingParams;
import io.sirocco.engine.ScoreRequest;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import scala.collection.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * What each task does with the requests of its chunk, as sent to it.
 *
 * @param model as the user typed it
 * @param params of generations, which rows name by number
 */
record EvaluateTask(String model, EngineOptions engine, List<SamplingParams> params, Tally tally)
        implements FlatMapFunction<Iterator<Row>, Row>, Serializable {

    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
        TaskContext context = TaskContext.get();
        SharedEngine shared = Engines.get(model, engine);
        AnsweredRows answered = new AnsweredRows(
                rows, EvaluationRequests.COLUMNS, shared, (id, row) -> ask(shared.engine(), id, row), tally, context);
        context.addTaskCompletionListener(answered);
        return answered;
    }

    private Asked<?> ask(Engine engine, String id, Row row) {
        Prompt context = new Prompt.Ids(row.getList(EvaluationRequests.CONTEXT));
        if (row.isNullAt(EvaluationRequests.PARAMS)) {
            List<List<Integer>> continuations = row.<Seq<Integer>>getList(EvaluationRequests.CONTINUATIONS).stream()
                    .map(CollectionConverters::asJava)
                    .toList();
            int tokens = continuations.stream().mapToInt(List::size).sum();
            return new Asked<>(
                    engine.score(new ScoreRequest(context, continuations)),
                    scores -> new Asked.Answered(
                            EvaluationAnswers.row(id, scores, engine.fingerprint()),
                            scores.contextTokens(),
                            tokens,
                            scores.error()));
        }
        String name = row.getString(EvaluationRequests.NAME);
        return new Asked<>(
                engine.submit(new Request(name, context, params.get(row.getInt(EvaluationRequests.PARAMS)))),
                completion -> new Asked.Answered(
                        EvaluationAnswers.row(id, completion, engine.fingerprint()),
                        completion.promptTokens(),
                        completion.outputs().stream()
                                .mapToInt(output -> output.tokenIds().size())
                                .sum(),
                        completion.error()));
    }
}
