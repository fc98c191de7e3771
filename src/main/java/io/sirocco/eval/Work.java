package io.sirocco.eval;

import io.sirocco.engine.SamplingParams;
import java.util.List;

/** One thing to ask of an engine. */
public sealed interface Work {

    /** A digest of all that is asked: what has been answered under it need not be asked again, whatever task asks. */
    String id();

    /** Token ids that the model sees first. */
    List<Integer> context();

    /**
     * How likely are continuations of the context?
     *
     * @param continuations token ids of each
     */
    record Score(String id, List<Integer> context, List<List<Integer>> continuations) implements Work {
        static Score of(List<Integer> context, List<List<Integer>> continuations) {
            return new Score(Digest.of("score " + context + " " + continuations), context, continuations);
        }
    }

    /**
     * How does the context go on?
     *
     * @param name of the document, on which random draws depend
     */
    record Generate(String id, String name, List<Integer> context, SamplingParams params) implements Work {
        static Generate of(String name, List<Integer> context, SamplingParams params) {
            return new Generate(Digest.of("generate " + name + " " + context + " " + params), name, context, params);
        }
    }
}
