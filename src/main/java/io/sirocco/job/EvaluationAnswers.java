package io.sirocco.job;

import static io.sirocco.job.OutputColumns.column;
import static io.sirocco.job.OutputColumns.list;
import static io.sirocco.job.OutputColumns.struct;

import io.sirocco.engine.Completion;
import io.sirocco.engine.Completion.Code;
import io.sirocco.engine.Completion.RowError;
import io.sirocco.engine.Scores;
import io.sirocco.eval.Evaluation;
import io.sirocco.eval.Finding;
import io.sirocco.eval.Likelihood;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** The rows of answered requests: what was found, by the request's id. */
final class EvaluationAnswers {

    static final OutputColumns COLUMNS = OutputColumns.of(
            new StructType(),
            Optional.empty(),
            "",
            List.of(
                    column(
                            "likelihoods",
                            list(struct(
                                    column("logprob", DataTypes.DoubleType, false),
                                    column("is_greedy", DataTypes.BooleanType, false))),
                            true),
                    column("texts", list(DataTypes.StringType), true),
                    column("prompt_tokens", DataTypes.IntegerType, false),
                    column("cached_tokens", DataTypes.IntegerType, false),
                    column("error", OutputColumns.ERROR, true),
                    column("fingerprint", DataTypes.StringType, false)));

    private EvaluationAnswers() {}

    static Row row(String id, Scores scores, String fingerprint) {
        Object[] likelihoods = scores.continuations().stream()
                .map(score -> RowFactory.create(score.logprob(), score.isGreedy()))
                .toArray();
        return row(id, likelihoods, null, scores.contextTokens(), scores.cachedTokens(), scores.error(), fingerprint);
    }

    static Row row(String id, Completion completion, String fingerprint) {
        Object[] texts =
                completion.outputs().stream().map(Completion.Output::text).toArray();
        return row(
                id, null, texts, completion.promptTokens(), completion.cachedTokens(), completion.error(), fingerprint);
    }

    private static Row row(
            String id,
            Object[] likelihoods,
            Object[] texts,
            int promptTokens,
            int cachedTokens,
            RowError error,
            String fingerprint) {
        return RowFactory.create(
                id,
                error == null ? likelihoods : null,
                error == null ? texts : null,
                promptTokens,
                cachedTokens,
                error == null ? null : RowFactory.create(error.code().key(), error.message()),
                fingerprint);
    }

    /** Gives all of them to an evaluation, some at a time. */
    static void read(Dataset<Row> rows, Evaluation evaluation) {
        Iterator<Row> answers =
                rows.select("id", "likelihoods", "texts", "error").toLocalIterator();
        answers.forEachRemaining(row -> evaluation.answer(row.getString(0), finding(row)));
    }

    private static Finding finding(Row row) {
        if (!row.isNullAt(3)) {
            Row error = row.getStruct(3);
            return new Finding.Failed(new RowError(Code.of(error.getString(0)), error.getString(1)));
        }
        return row.isNullAt(1)
                ? new Finding.Generated(row.getList(2))
                : new Finding.Scored(row.<Row>getList(1).stream()
                        .map(each -> new Likelihood(each.getDouble(0), each.getBoolean(1)))
                        .toList());
    }
}
