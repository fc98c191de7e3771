package io.sirocco.weights;

import java.util.List;

/**
 * A model of random weights in a well-known shape, to measure speed with: architecture llama, bf16, no window, no tokenizer.
 *
 * @param name what is typed after {@code random:}
 * @param dim width of the residual stream
 * @param heads query heads, of {@code dim / heads} dimensions
 * @param tied whether the output matrix is the embedding
 */
public record RandomModel(
        String name, int dim, int layers, int heads, int kvHeads, int hiddenDim, int vocabSize, boolean tied)
        implements Origin {

    static final String SCHEME = "random:";

    /** Positions it is said to be made for. */
    static final int CONTEXT = 32_768;

    /** SmolLM2-135M, a Mistral of 1.1 billion weights (TinyLlama's shape), and Mistral 7B. */
    public static final List<RandomModel> ALL = List.of(
            new RandomModel("smollm2", 576, 30, 9, 3, 1536, 49_152, true),
            new RandomModel("1.1b", 2048, 22, 32, 4, 5632, 32_000, false),
            new RandomModel("7b", 4096, 32, 32, 8, 14_336, 32_000, false));

    /**
     * Reads {@code random:NAME}.
     *
     * @throws ModelException if there is none of this name
     */
    static RandomModel parse(String uri) {
        return ALL.stream()
                .filter(model -> uri.equals(SCHEME + model.name()))
                .findFirst()
                .orElseThrow(() -> new ModelException("model " + Quoted.of(uri) + ": expected "
                        + String.join(
                                " or ",
                                ALL.stream().map(model -> SCHEME + model.name()).toList())));
    }

    /** Dimensions of a head. */
    public int headDim() {
        return dim / heads;
    }
}
