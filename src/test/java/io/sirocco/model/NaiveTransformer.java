package io.sirocco.model;

import io.sirocco.weights.Checkpoint;
import io.sirocco.weights.Tensor;
import java.util.HashMap;
import java.util.Map;

/**
 * The oracle: a transformer written from the definitions, in double, with the whole attention matrix and a mask. F32 checkpoints in
 * rotate-half order only; no cache, no chunks, no blocks.
 */
final class NaiveTransformer {

    private final Checkpoint checkpoint;
    private final ModelConfig c;
    private final int window;
    private final Map<String, double[]> read = new HashMap<>();

    /** @param window in place of the configuration's */
    NaiveTransformer(Checkpoint checkpoint, int window) {
        this.checkpoint = checkpoint;
        c = ModelConfig.of(checkpoint);
        this.window = window;
    }

    /** (ids.length, vocabSize) */
    double[][] logits(int[] ids) {
        int n = ids.length;
        double[] embeddings = weight("tok_embeddings.weight");
        double[][] x = new double[n][c.dim()];
        for (int t = 0; t < n; t++) {
            System.arraycopy(embeddings, ids[t] * c.dim(), x[t], 0, c.dim());
        }
        for (int l = 0; l < c.layers(); l++) {
            String layer = "layers." + l + ".";
            double[][] normed = norm(x, layer + "attention_norm.weight");
            double[][] q = rotated(product(normed, layer + "attention.wq.weight"));
            double[][] k = rotated(product(normed, layer + "attention.wk.weight"));
            double[][] v = product(normed, layer + "attention.wv.weight");
            add(x, product(attention(q, k, v), layer + "attention.wo.weight"));

            normed = norm(x, layer + "ffn_norm.weight");
            double[][] gate = product(normed, layer + "feed_forward.w1.weight");
            double[][] up = product(normed, layer + "feed_forward.w3.weight");
            for (int t = 0; t < n; t++) {
                for (int i = 0; i < gate[t].length; i++) {
                    gate[t][i] *= up[t][i] / (1 + Math.exp(-gate[t][i]));
                }
            }
            add(x, product(gate, layer + "feed_forward.w2.weight"));
        }
        return product(norm(x, "norm.weight"), c.tiedEmbeddings() ? "tok_embeddings.weight" : "output.weight");
    }

    private double[][] attention(double[][] q, double[][] k, double[][] v) {
        int n = q.length;
        int d = c.headDim();
        double[][] out = new double[n][c.heads() * d];
        for (int head = 0; head < c.heads(); head++) {
            int kv = head / c.group() * d;
            for (int i = 0; i < n; i++) {
                double[] weight = new double[n];
                double sum = 0;
                for (int j = 0; j < n; j++) {
                    boolean visible = j <= i && j > i - (long) window;
                    double score = 0;
                    for (int e = 0; e < d; e++) {
                        score += q[i][head * d + e] * k[j][kv + e];
                    }
                    weight[j] = visible ? Math.exp(score / Math.sqrt(d)) : 0;
                    sum += weight[j];
                }
                for (int j = 0; j < n; j++) {
                    for (int e = 0; e < d; e++) {
                        out[i][head * d + e] += weight[j] / sum * v[j][kv + e];
                    }
                }
            }
        }
        return out;
    }

    private double[][] rotated(double[][] heads) {
        double[] f = c.rope().frequencies(c.headDim());
        int half = c.headDim() / 2;
        for (int t = 0; t < heads.length; t++) {
            for (int o = 0; o < heads[t].length; o += c.headDim()) {
                for (int i = 0; i < half; i++) {
                    double cos = Math.cos(t * f[i]);
                    double sin = Math.sin(t * f[i]);
                    double a = heads[t][o + i];
                    double b = heads[t][o + half + i];
                    heads[t][o + i] = a * cos - b * sin;
                    heads[t][o + half + i] = b * cos + a * sin;
                }
            }
        }
        return heads;
    }

    private double[][] norm(double[][] x, String name) {
        double[] w = weight(name);
        double[][] y = new double[x.length][w.length];
        for (int t = 0; t < x.length; t++) {
            double squares = 0;
            for (double value : x[t]) {
                squares += value * value;
            }
            double scale = 1 / Math.sqrt(squares / w.length + c.normEps());
            for (int i = 0; i < w.length; i++) {
                y[t][i] = x[t][i] * scale * w[i];
            }
        }
        return y;
    }

    private double[][] product(double[][] x, String name) {
        double[] w = weight(name);
        int columns = x[0].length;
        double[][] y = new double[x.length][w.length / columns];
        for (int t = 0; t < x.length; t++) {
            for (int r = 0; r < y[t].length; r++) {
                for (int k = 0; k < columns; k++) {
                    y[t][r] += w[r * columns + k] * x[t][k];
                }
            }
        }
        return y;
    }

    private static void add(double[][] x, double[][] y) {
        for (int t = 0; t < x.length; t++) {
            for (int i = 0; i < x[t].length; i++) {
                x[t][i] += y[t][i];
            }
        }
    }

    private double[] weight(String name) {
        return read.computeIfAbsent(name, n -> {
            Tensor tensor = checkpoint.tensor(n);
            double[] values = new double[(int) (tensor.data().byteSize() / 4)];
            for (int i = 0; i < values.length; i++) {
                values[i] = tensor.data().get(java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED, 4L * i);
            }
            return values;
        });
    }
}
