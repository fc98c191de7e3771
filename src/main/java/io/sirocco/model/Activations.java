package io.sirocco.model;

/**
 * The intermediate values of one forward pass, reused from step to step; whoever runs the steps owns it. Rows are tokens of the step.
 */
public final class Activations {

    final float[] x; // (tokens, dim): the residual stream
    final float[] normed; // (tokens, dim)
    final float[] qkv; // (tokens, qkvDim)
    final float[] attended; // (tokens, heads * headDim)
    final float[] hidden; // (tokens, hiddenDim rounded up to 16)
    final float[] last; // (logits, dim)
    final StepTimer timer;

    /** @param workers of the team that runs the steps */
    public Activations(Transformer model, int maxTokens, int maxLogits, int workers) {
        ModelConfig c = model.config();
        x = rows(maxTokens, c.dim());
        normed = rows(maxTokens, c.dim());
        qkv = rows(maxTokens, c.qkvDim());
        attended = rows(maxTokens, c.heads() * c.headDim());
        hidden = rows(maxTokens, Transformer.hiddenStride(c));
        last = rows(maxLogits, c.dim());
        timer = new StepTimer(workers);
    }

    /** What the steps have spent their time on. */
    public StepTimer timer() {
        return timer;
    }

    private static float[] rows(int rows, int columns) {
        return new float[Math.multiplyExact(rows, columns)];
    }
}
