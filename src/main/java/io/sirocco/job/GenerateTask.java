package io.sirocco.job;

import io.sirocco.engine.EngineOptions;
import io.sirocco.engine.SamplingParams;
import java.io.Serializable;
import java.util.Iterator;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;

/**
 * What each task does with its rows, as sent to it.
 *
 * @param model as the user typed it
 * @param source where a row's prompt stands
 * @param chat whether text is wrapped as a user message
 * @param system system message in front of a chat, or null
 * @param params how a row is answered that says nothing itself
 * @param paramsColumn index of the column with a row's own params, or -1
 * @param limit rows of the input to answer
 */
record GenerateTask(
        String model,
        EngineOptions engine,
        PromptSource source,
        boolean chat,
        String system,
        SamplingParams params,
        int paramsColumn,
        RowPlaces places,
        long limit,
        OutputRows output,
        Tally tally)
        implements FlatMapFunction<Iterator<Row>, Row>, Serializable {

    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
        TaskContext context = TaskContext.get();
        AnsweredRows answered = new AnsweredRows(this, Engines.get(model, engine), rows, context);
        context.addTaskCompletionListener(answered);
        return answered;
    }
}
