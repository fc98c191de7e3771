package io.sirocco.eval;

import io.sirocco.engine.Completion;
import io.sirocco.engine.Completion.RowError;
import io.sirocco.engine.Prompt;
import io.sirocco.engine.ScoreRequest;
import io.sirocco.engine.Scores;
import io.sirocco.engine.Scores.Score;
import io.sirocco.eval.AnsweredTask.Answered;
import io.sirocco.eval.Instance.Generate;
import io.sirocco.eval.Instance.Loglikelihood;
import io.sirocco.eval.Instance.Rolling;
import io.sirocco.text.TokenPair;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Requests of documents, and the responses to them as they come in. */
final class Requests {

    /** Something to ask, and what becomes of the answer. */
    record Asked(Work work, Consumer<Finding> use) {

        /** In an order in which neighbours begin alike. */
        static List<Asked> ordered(Stream<Asked> asked) {
            return asked.sorted(Comparator.comparing(each -> prompt(each.work), Asked::compare))
                    .toList();
        }

        static void use(List<Asked> asked, List<Finding> findings) {
            for (int i = 0; i < asked.size(); i++) {
                asked.get(i).use.accept(findings.get(i));
            }
        }

        private static List<Integer> prompt(Work work) {
            Prompt prompt = switch (work) {
                case Work.Score score -> score.request().context();
                case Work.Generate generate -> generate.request().prompt();
            };
            return prompt instanceof Prompt.Ids(List<Integer> ids) ? ids : List.of();
        }

        private static int compare(List<Integer> a, List<Integer> b) {
            for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
                int order = Integer.compare(a.get(i), b.get(i));
                if (order != 0) {
                    return order;
                }
            }
            return Integer.compare(a.size(), b.size());
        }
    }

    private final String name;
    private final int repeats;
    private final List<Instance> instances;
    private final List<List<Object>> responses; // by instance, then repeat
    private final List<Asked> asked = new ArrayList<>();

    /**
     * Encodes requests.
     *
     * @param name of the task, for messages
     * @param repeats how often each is made
     * @param instances those of one document after those of another
     */
    Requests(String name, int repeats, List<Instance> instances, RequestEncoder encoder) {
        this.name = name;
        this.repeats = repeats;
        this.instances = instances;
        responses = new ArrayList<>(Collections.nCopies(instances.size(), null));
        Map<List<Integer>, Map<Integer, List<Integer>>> choices = new LinkedHashMap<>();
        for (int i = 0; i < instances.size(); i++) {
            try {
                ask(i, encoder, choices);
            } catch (EvalException e) {
                throw new EvalException(place(i) + ": " + e.getMessage(), e);
            }
            boolean last = i + 1 == instances.size()
                    || instances.get(i + 1).doc() != instances.get(i).doc();
            if (last) {
                choices.forEach(this::askChoices);
                choices.clear();
            }
        }
    }

    private void ask(int i, RequestEncoder encoder, Map<List<Integer>, Map<Integer, List<Integer>>> choices) {
        switch (instances.get(i).arguments()) {
            case Loglikelihood likelihood -> {
                TokenPair pair = encoder.encode(likelihood);
                choices.computeIfAbsent(pair.context(), _ -> new LinkedHashMap<>())
                        .put(i, pair.continuation());
            }
            case Rolling(String text) -> askRolling(i, encoder.windows(text));
            case Generate generate -> {
                String id = name + "/" + instances.get(i).doc();
                Work work = new Work.Generate(encoder.generate(id, generate, repeats));
                asked.add(new Asked(work, finding -> {
                    Completion completion = ((Finding.Generated) finding).completion();
                    check(i, completion.error());
                    responses.set(
                            i,
                            completion.outputs().stream()
                                    .map(output -> (Object) output.text())
                                    .toList());
                }));
            }
        }
    }

    /** The choices of a document that have the same context: one request. */
    private void askChoices(List<Integer> context, Map<Integer, List<Integer>> continuations) {
        ScoreRequest request = new ScoreRequest(new Prompt.Ids(context), List.copyOf(continuations.values()));
        List<Integer> places = List.copyOf(continuations.keySet());
        asked.add(new Asked(new Work.Score(request), finding -> {
            Scores scores = scores(places.getFirst(), finding);
            for (int k = 0; k < places.size(); k++) {
                Score score = scores.continuations().get(k);
                repeat(places.get(k), new Likelihood(score.logprob(), score.isGreedy()));
            }
        }));
    }

    private void askRolling(int i, List<TokenPair> windows) {
        double[] logprobs = new double[windows.size()];
        int[] missing = {windows.size()};
        if (windows.isEmpty()) {
            repeat(i, 0.0);
        }
        for (int window = 0; window < windows.size(); window++) {
            int place = window;
            asked.add(new Asked(new Work.Score(RequestEncoder.score(windows.get(window))), finding -> {
                logprobs[place] = scores(i, finding).continuations().getFirst().logprob();
                if (--missing[0] == 0) {
                    double sum = 0;
                    for (double logprob : logprobs) {
                        sum += logprob;
                    }
                    repeat(i, sum);
                }
            }));
        }
    }

    private Scores scores(int i, Finding finding) {
        Scores scores = ((Finding.Scored) finding).scores();
        check(i, scores.error());
        return scores;
    }

    /** Likelihoods are the same each time. */
    private void repeat(int i, Object response) {
        responses.set(i, Collections.nCopies(repeats, response));
    }

    private void check(int i, RowError error) {
        if (error != null) {
            throw new EvalException(place(i) + ": " + error.code().key() + ", " + error.message());
        }
    }

    private String place(int i) {
        return name + ", document " + instances.get(i).doc();
    }

    List<Asked> asked() {
        return asked;
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
