package io.sirocco.eval;

import io.sirocco.engine.Completion.RowError;
import io.sirocco.eval.AnsweredTask.Answered;
import io.sirocco.eval.Instance.Generate;
import io.sirocco.eval.Instance.Loglikelihood;
import io.sirocco.eval.Instance.Rolling;
import io.sirocco.text.TokenPair;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Requests of documents, and the responses to them as they come in. */
final class Requests {

    /** Takes what there is to ask, and what becomes of the answer. */
    @FunctionalInterface
    interface Asking {
        void ask(Work work, Consumer<Finding> use);
    }

    private final String name;
    private final int repeats;
    private final List<Instance> instances;
    private final RequestEncoder encoder;
    private final List<List<Object>> responses; // by instance, then repeat

    /**
     * @param name of the task, for messages
     * @param repeats how often each is made
     * @param instances those of one document after those of another
     */
    Requests(String name, int repeats, List<Instance> instances, RequestEncoder encoder) {
        this.name = name;
        this.repeats = repeats;
        this.instances = instances;
        this.encoder = encoder;
        responses = new ArrayList<>(Collections.nCopies(instances.size(), null));
    }

    /** Encodes them, document by document; the tokens are not kept. */
    void ask(Asking asking) {
        Map<List<Integer>, Map<Integer, List<Integer>>> choices = new LinkedHashMap<>();
        for (int i = 0; i < instances.size(); i++) {
            try {
                ask(i, choices, asking);
            } catch (EvalException e) {
                throw new EvalException(place(i) + ": " + e.getMessage(), e);
            }
            boolean last = i + 1 == instances.size()
                    || instances.get(i + 1).doc() != instances.get(i).doc();
            if (last) {
                choices.forEach((context, continuations) -> askChoices(context, continuations, asking));
                choices.clear();
            }
        }
    }

    private void ask(int i, Map<List<Integer>, Map<Integer, List<Integer>>> choices, Asking asking) {
        switch (instances.get(i).arguments()) {
            case Loglikelihood likelihood -> {
                TokenPair pair = encoder.encode(likelihood);
                choices.computeIfAbsent(pair.context(), _ -> new LinkedHashMap<>())
                        .put(i, pair.continuation());
            }
            case Rolling(String text) -> askRolling(i, encoder.windows(text), asking);
            case Generate generate ->
                asking.ask(
                        encoder.generate(name + "/" + instances.get(i).doc(), generate, repeats),
                        finding -> responses.set(i, texts(i, finding)));
        }
    }

    /** The choices of a document that have the same context: one request. */
    private void askChoices(List<Integer> context, Map<Integer, List<Integer>> continuations, Asking asking) {
        List<Integer> places = List.copyOf(continuations.keySet());
        asking.ask(Work.Score.of(context, List.copyOf(continuations.values())), finding -> {
            List<Likelihood> likelihoods = likelihoods(places.getFirst(), finding);
            for (int k = 0; k < places.size(); k++) {
                repeat(places.get(k), likelihoods.get(k));
            }
        });
    }

    private void askRolling(int i, List<TokenPair> windows, Asking asking) {
        double[] logprobs = new double[windows.size()];
        int[] missing = {windows.size()};
        if (windows.isEmpty()) {
            repeat(i, 0.0);
        }
        for (int window = 0; window < windows.size(); window++) {
            int place = window;
            TokenPair pair = windows.get(window);
            asking.ask(Work.Score.of(pair.context(), List.of(pair.continuation())), finding -> {
                logprobs[place] = likelihoods(i, finding).getFirst().logprob();
                if (--missing[0] == 0) {
                    double sum = 0;
                    for (double logprob : logprobs) {
                        sum += logprob;
                    }
                    repeat(i, sum);
                }
            });
        }
    }

    private List<Likelihood> likelihoods(int i, Finding finding) {
        return switch (finding) {
            case Finding.Scored(List<Likelihood> likelihoods) -> likelihoods;
            case Finding.Failed(RowError error) -> throw failed(i, error);
            case Finding.Generated _ -> throw new IllegalStateException(place(i) + " asked for scores");
        };
    }

    private List<Object> texts(int i, Finding finding) {
        return switch (finding) {
            case Finding.Generated(List<String> texts) -> List.copyOf(texts);
            case Finding.Failed(RowError error) -> throw failed(i, error);
            case Finding.Scored _ -> throw new IllegalStateException(place(i) + " asked for texts");
        };
    }

    private EvalException failed(int i, RowError error) {
        return new EvalException(place(i) + ": " + error.code().key() + ", " + error.message());
    }

    /** Likelihoods are the same each time. */
    private void repeat(int i, Object response) {
        responses.set(i, Collections.nCopies(repeats, response));
    }

    private String place(int i) {
        return name + ", document " + instances.get(i).doc();
    }

    /** By document: all of them with their responses. */
    List<List<Answered>> answered() {
        List<List<Answered>> docs = new ArrayList<>();
        for (int i = 0; i < instances.size(); i++) {
            if (responses.get(i) == null) {
                throw new IllegalStateException(place(i) + " has no response");
            }
            if (instances.get(i).index() == 0) {
                docs.add(new ArrayList<>());
            }
            docs.getLast().add(new Answered(instances.get(i), responses.get(i)));
        }
        return docs;
    }
}
