package io.sirocco.kernel;

/** Working memory of one worker; grows to the largest need and then stays, so that a step allocates nothing. */
final class Scratch {

    /** The 16 virtual lanes of a sum. */
    final float[] lanes = new float[16];

    private float[] panel = new float[0];
    private float[] scores = new float[0];

    /** At least n floats, contents undefined: a widened panel. */
    float[] panel(int n) {
        if (panel.length < n) {
            panel = new float[n];
        }
        return panel;
    }

    /** At least n floats, contents undefined: attention scores. */
    float[] scores(int n) {
        if (scores.length < n) {
            scores = new float[n + n / 4];
        }
        return scores;
    }
}
