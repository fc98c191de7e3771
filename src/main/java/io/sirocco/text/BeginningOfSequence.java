package io.sirocco.text;

import java.util.Arrays;
import java.util.Optional;

/**
 * What goes before a plain prompt: the BOS of {@code tokenizer_config.json} if {@code add_bos_token} stands there, else what the
 * post-processor of {@code tokenizer.json} adds. Never twice, even if the prompt spells BOS out.
 */
sealed interface BeginningOfSequence {

    int[] encode(String text, NativeTokenizer library);

    /** {@code add_bos_token} is true. */
    record Added(int bos) implements BeginningOfSequence {
        @Override
        public int[] encode(String text, NativeTokenizer library) {
            int[] ids = library.encode(text, false);
            if (ids.length > 0 && ids[0] == bos) {
                return ids;
            }
            int[] with = new int[ids.length + 1];
            with[0] = bos;
            System.arraycopy(ids, 0, with, 1, ids.length);
            return with;
        }
    }

    /** {@code add_bos_token} is false. */
    record None() implements BeginningOfSequence {
        @Override
        public int[] encode(String text, NativeTokenizer library) {
            return library.encode(text, false);
        }
    }

    /** {@code add_bos_token} is not said. */
    record PostProcessor(Optional<Integer> bos) implements BeginningOfSequence {

        static PostProcessor of(NativeTokenizer library) {
            int[] plain = library.encode("", false);
            int[] processed = library.encode("", true);
            boolean prefixed = processed.length > plain.length && (plain.length == 0 || processed[0] != plain[0]);
            return new PostProcessor(prefixed ? Optional.of(processed[0]) : Optional.empty());
        }

        @Override
        public int[] encode(String text, NativeTokenizer library) {
            int[] ids = library.encode(text, true);
            boolean doubled = bos.isPresent() && ids.length > 1 && ids[0] == bos.get() && ids[1] == bos.get();
            return doubled ? Arrays.copyOfRange(ids, 1, ids.length) : ids;
        }
    }
}
