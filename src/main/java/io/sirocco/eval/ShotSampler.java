package io.sirocco.eval;

import java.util.List;
import java.util.Map;

/** Picks the shots of one document after another: the first ones, or a random sample whose random numbers go on from document to document. */
final class ShotSampler {

    /** The harness's seed. */
    static final long SEED = 1234;

    private final String task;
    private final List<Map<String, Object>> pool;
    private final boolean first;
    private final PythonRandom random = new PythonRandom(SEED);

    ShotSampler(TaskConfig task, List<Map<String, Object>> pool) {
        this.task = task.name();
        this.pool = pool;
        first = task.sampler().equals("first_n");
    }

    /**
     * n shots.
     *
     * @param excluded the document itself, if it may be among them; else null
     */
    List<Map<String, Object>> sample(int n, Map<String, Object> excluded) {
        if (n == 0) {
            return List.of();
        }
        List<Map<String, Object>> others = excluded == null
                ? pool
                : pool.stream().filter(doc -> !doc.equals(excluded)).toList();
        int wanted = first || excluded == null ? n : n + 1;
        List<Map<String, Object>> drawnFrom = first ? others : pool;
        if (drawnFrom.size() < wanted || others.size() < n) {
            throw new EvalException(task + ": num_fewshot is " + n + ", but there are " + others.size()
                    + " documents to take shots from");
        }
        if (first) {
            return others.subList(0, n);
        }
        List<Map<String, Object>> drawn = random.sample(pool, wanted);
        if (excluded == null) {
            return drawn;
        }
        List<Map<String, Object>> kept =
                drawn.stream().filter(doc -> !doc.equals(excluded)).limit(n).toList();
        return kept.size() < n ? random.sample(others, n) : kept;
    }
}
