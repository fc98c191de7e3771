package io.sirocco.report;

import java.util.ArrayList;
import java.util.List;

/**
 * Where right and chosen answers stand among the choices.
 *
 * @param documents counted
 * @param places in the order of the choices
 */
record Positions(long documents, List<Place> places) {

    /**
     * One place among the choices.
     *
     * @param gold documents whose right choice stands here
     * @param chosen documents whose chosen one does
     * @param both documents where it is right to choose it
     */
    record Place(int index, long gold, long chosen, long both) {

        /** The letter that it is usually called by. */
        String name() {
            return index < 26 ? String.valueOf((char) ('A' + index)) : Integer.toString(index + 1);
        }
    }

    /** @param documents each with its right choice */
    static Positions of(List<Choices> documents) {
        int most = documents.stream()
                .mapToInt(choices -> choices.probabilities().size())
                .max()
                .orElse(0);
        long[] gold = new long[most];
        long[] chosen = new long[most];
        long[] both = new long[most];
        for (Choices choices : documents) {
            gold[choices.gold()]++;
            chosen[choices.chosen()]++;
            both[choices.gold()] += choices.right() ? 1 : 0;
        }
        List<Place> places = new ArrayList<>(most);
        for (int i = 0; i < most; i++) {
            places.add(new Place(i, gold[i], chosen[i], both[i]));
        }
        return new Positions(documents.size(), places);
    }
}
