package io.sirocco.job;

import io.sirocco.engine.EngineOptions;
import java.io.Serializable;
import java.util.Iterator;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;

/**
 * What each task does with the rows of its chunk, as sent to it.
 *
 * @param model as the user typed it
 */
record GenerateTask(String model, EngineOptions engine, RowRequests requests, OutputRows output, Tally tally)
        implements FlatMapFunction<Iterator<Row>, Row>, Serializable {

    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
        TaskContext context = TaskContext.get();
        AnsweredRows answered = new AnsweredRows(this, Engines.get(model, engine), rows, context);
        context.addTaskCompletionListener(answered);
        return answered;
    }
}
