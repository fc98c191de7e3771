package io.sirocco.eval;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Python's {@code random.Random} of a whole number: the Mersenne Twister MT19937 (Matsumoto and Nishimura 1998, with the initialisation
 * by array of 2002), and on it {@code random}, {@code getrandbits} and {@code sample} as Python 3 defines them.
 */
final class PythonRandom {

    private static final int N = 624;
    private static final int M = 397;

    private final int[] state = new int[N];
    private int next = N;

    PythonRandom(long seed) {
        long size = Math.abs(seed);
        initialise(size >>> 32 == 0 ? new int[] {(int) size} : new int[] {(int) size, (int) (size >>> 32)});
    }

    private void initialise(int[] key) {
        state[0] = 19650218;
        for (int i = 1; i < N; i++) {
            state[i] = 1812433253 * mixed(i - 1) + i;
        }
        int i = 1;
        int j = 0;
        for (int k = Math.max(N, key.length); k > 0; k--) {
            state[i] = (state[i] ^ mixed(i - 1) * 1664525) + key[j] + j;
            i = following(i);
            j = (j + 1) % key.length;
        }
        for (int k = N - 1; k > 0; k--) {
            state[i] = (state[i] ^ mixed(i - 1) * 1566083941) - i;
            i = following(i);
        }
        state[0] = 0x80000000;
    }

    private int mixed(int i) {
        return state[i] ^ (state[i] >>> 30);
    }

    private int following(int i) {
        if (i + 1 < N) {
            return i + 1;
        }
        state[0] = state[N - 1];
        return 1;
    }

    private void twist() {
        for (int i = 0; i < N; i++) {
            int y = (state[i] & 0x80000000) | (state[(i + 1) % N] & 0x7fffffff);
            state[i] = state[(i + M) % N] ^ (y >>> 1) ^ ((y & 1) == 0 ? 0 : 0x9908b0df);
        }
        next = 0;
    }

    private int word() {
        if (next == N) {
            twist();
        }
        int y = state[next++];
        y ^= y >>> 11;
        y ^= (y << 7) & 0x9d2c5680;
        y ^= (y << 15) & 0xefc60000;
        return y ^ (y >>> 18);
    }

    /** Uniform in [0, 1), in steps of 2^-53. */
    double random() {
        int high = word() >>> 5;
        int low = word() >>> 6;
        return (high * 67108864.0 + low) / 9007199254740992.0;
    }

    /** Uniform below n, at least 1: as many bits as n has, drawn until they are below it. */
    private int below(int n) {
        int bits = 32 - Integer.numberOfLeadingZeros(n);
        int drawn = word() >>> (32 - bits);
        while (drawn >= n) {
            drawn = word() >>> (32 - bits);
        }
        return drawn;
    }

    /**
     * k elements of a list, each place at most once, in the order drawn.
     *
     * @throws IllegalArgumentException if there are fewer
     */
    <T> List<T> sample(List<T> population, int k) {
        int n = population.size();
        if (k < 0 || k > n) {
            throw new IllegalArgumentException(k + " of " + n + " elements cannot be drawn");
        }
        List<T> drawn = new ArrayList<>(k);
        // Python moves drawn elements out of a list as long as that is smaller than a set of them would be.
        double setSize = 21 + (k > 5 ? Math.pow(4, Math.ceil(Math.log(3 * k) / Math.log(4))) : 0);
        if (n <= setSize) {
            List<T> pool = new ArrayList<>(population);
            for (int i = 0; i < k; i++) {
                int j = below(n - i);
                drawn.add(pool.get(j));
                pool.set(j, pool.get(n - i - 1));
            }
        } else {
            Set<Integer> places = new HashSet<>();
            while (drawn.size() < k) {
                int j = below(n);
                if (places.add(j)) {
                    drawn.add(population.get(j));
                }
            }
        }
        return drawn;
    }

    /** k elements of a list, any of them many times. */
    <T> List<T> choices(List<T> population, int k) {
        Object[] drawn = new Object[k];
        double n = population.size();
        for (int i = 0; i < k; i++) {
            drawn[i] = population.get((int) (random() * n));
        }
        @SuppressWarnings("unchecked") // elements of the population
        List<T> list = (List<T>) Arrays.asList(drawn);
        return list;
    }
}
