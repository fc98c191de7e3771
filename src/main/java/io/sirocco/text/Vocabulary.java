package io.sirocco.text;

import java.util.BitSet;
import java.util.List;
import java.util.Map;

/** Pieces of all ids, in the tokenizer's own spelling, and which of them are special. */
final class Vocabulary {
    /** Above the largest vocabulary in use (262,144) with room to spare; bounds what a hostile file makes us allocate. */
    static final int MAX_ID = (1 << 22) - 1;

    private final String[] pieces;
    private final BitSet special = new BitSet();
    private final Map<String, Integer> ids;

    /**
     * @param ids id of each piece, all different and at most {@link #MAX_ID}
     * @param special pieces left out when special tokens are skipped
     */
    Vocabulary(Map<String, Integer> ids, List<String> special) {
        this.ids = Map.copyOf(ids);
        this.pieces =
                new String[ids.values().stream().mapToInt(id -> id + 1).max().orElse(0)];
        ids.forEach((piece, id) -> pieces[id] = piece);
        special.forEach(piece -> this.special.set(this.ids.get(piece)));
    }

    int size() {
        return pieces.length;
    }

    /** The piece of an id, or null if no token has it. */
    String piece(int id) {
        return id >= 0 && id < pieces.length ? pieces[id] : null;
    }

    boolean isSpecial(int id) {
        return special.get(id);
    }

    int id(String piece) {
        return ids.getOrDefault(piece, -1);
    }
}
