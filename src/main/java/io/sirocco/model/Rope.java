package io.sirocco.model;

import java.util.List;

/**
 * Rotary position embedding (Su et al. 2021): which angle a pair of dimensions turns per position. Angles are computed in f64.
 */
public sealed interface Rope {

    /** Radians per position of each of the headDim / 2 pairs. */
    double[] frequencies(int headDim);

    /** Unscaled: theta^(-2 i / headDim). */
    record Plain(double theta) implements Rope {
        @Override
        public double[] frequencies(int headDim) {
            double[] f = new double[headDim / 2];
            for (int i = 0; i < f.length; i++) {
                f[i] = StrictMath.pow(theta, -2.0 * i / headDim);
            }
            return f;
        }
    }

    /** Position interpolation (Chen et al. 2023): every frequency divided by a factor. */
    record Linear(double theta, double factor) implements Rope {
        @Override
        public double[] frequencies(int headDim) {
            double[] f = new Plain(theta).frequencies(headDim);
            for (int i = 0; i < f.length; i++) {
                f[i] /= factor;
            }
            return f;
        }
    }

    /**
     * Llama 3.1's scaling: wavelengths over originalContext / lowFrequencyFactor are divided by factor, those under originalContext /
     * highFrequencyFactor stay, and between them the two are mixed linearly in originalContext / wavelength.
     */
    record Llama3(
            double theta, double factor, double lowFrequencyFactor, double highFrequencyFactor, double originalContext)
            implements Rope {
        @Override
        public double[] frequencies(int headDim) {
            double[] f = new Plain(theta).frequencies(headDim);
            for (int i = 0; i < f.length; i++) {
                double wavelength = 2 * Math.PI / f[i];
                if (wavelength > originalContext / lowFrequencyFactor) {
                    f[i] /= factor;
                } else if (wavelength >= originalContext / highFrequencyFactor) {
                    double smooth = (originalContext / wavelength - lowFrequencyFactor)
                            / (highFrequencyFactor - lowFrequencyFactor);
                    f[i] = (1 - smooth) * f[i] / factor + smooth * f[i];
                }
            }
            return f;
        }
    }

    /** Every frequency divided by a factor of its own, as a GGUF file's tensor {@code rope_freqs.weight} gives them. */
    record Divided(double theta, List<Float> divisors) implements Rope {
        public Divided {
            divisors = List.copyOf(divisors);
        }

        @Override
        public double[] frequencies(int headDim) {
            double[] f = new Plain(theta).frequencies(headDim);
            if (divisors.size() != f.length) {
                throw new IllegalArgumentException(
                        "rope_freqs.weight has " + divisors.size() + " values; expected " + f.length);
            }
            for (int i = 0; i < f.length; i++) {
                f[i] /= divisors.get(i);
            }
            return f;
        }
    }
}
