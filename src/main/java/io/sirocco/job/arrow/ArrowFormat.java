package io.sirocco.job.arrow;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.mapreduce.Job;
import org.apache.hadoop.mapreduce.TaskAttemptContext;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.execution.datasources.FileFormat;
import org.apache.spark.sql.execution.datasources.OutputWriter;
import org.apache.spark.sql.execution.datasources.OutputWriterFactory;
import org.apache.spark.sql.execution.datasources.PartitionedFile;
import org.apache.spark.sql.sources.Filter;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;
import scala.Function1;
import scala.Option;
import scala.collection.Iterator;
import scala.collection.immutable.Map;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Arrow's IPC format as a file format of Spark's: {@code spark.read().format(ArrowFormat.class.getName())}. Files and streams are read,
 * files are written; listing, tasks and commits are Spark's. Columns are found by name, and have the types that Spark gives to Arrow's.
 */
public final class ArrowFormat implements FileFormat, Serializable {
    private static final long serialVersionUID = 1L;

    /** Spark makes it by its name. */
    public ArrowFormat() {}

    @Override
    public Option<StructType> inferSchema(SparkSession session, Map<String, String> options, Seq<FileStatus> files) {
        Configuration configuration = session.sparkContext().hadoopConfiguration();
        for (FileStatus file : CollectionConverters.asJava(files)) {
            try (ArrowBatches batches = ArrowBatches.open(file.getPath(), configuration)) {
                return Option.apply(batches.schema());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return Option.empty();
    }

    @Override
    public Function1<PartitionedFile, Iterator<InternalRow>> buildReader(
            SparkSession session,
            StructType data,
            StructType partitions,
            StructType required,
            Seq<Filter> filters,
            Map<String, String> options,
            Configuration configuration) {
        return new Reading(required, new SerializableConfiguration(configuration));
    }

    private record Reading(StructType required, SerializableConfiguration configuration)
            implements Function1<PartitionedFile, Iterator<InternalRow>>, Serializable {
        @Override
        public Iterator<InternalRow> apply(PartitionedFile file) {
            try {
                ArrowBatches batches = ArrowBatches.open(file.toPath(), configuration.value());
                TaskContext.get().addTaskCompletionListener((TaskCompletionListener) _ -> batches.close());
                return CollectionConverters.asScala(new ArrowRows(batches, required));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public OutputWriterFactory prepareWrite(
            SparkSession session, Job job, Map<String, String> options, StructType schema) {
        return new Writing();
    }

    private static final class Writing extends OutputWriterFactory {
        private static final long serialVersionUID = 1L;

        @Override
        public String getFileExtension(TaskAttemptContext context) {
            return ".arrow";
        }

        @Override
        public OutputWriter newInstance(String path, StructType schema, TaskAttemptContext context) {
            try {
                return new ArrowOutput(new Path(path), schema, context.getConfiguration());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
