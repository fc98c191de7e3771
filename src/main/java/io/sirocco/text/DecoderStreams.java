package io.sirocco.text;

import io.sirocco.text.Decoder.Step;

/** The running form of each {@link Step}: what it remembers between pieces. */
final class DecoderStreams {

    private DecoderStreams() {}

    static PieceStream open(Step step, PieceStream next) {
        return switch (step) {
            case Step.ByteLevel() -> new ByteLevel(next);
            case Step.Replace(String pattern, String content) -> new Replace(pattern, content, next);
            case Step.ByteFallback() -> new ByteFallback(next);
            case Step.Metaspace(String replacement, boolean prepended) -> new Metaspace(replacement, prepended, next);
            case Step.Strip strip -> new Strip(strip, next);
            case Step.StripStart(int content, int start) -> new StripStart(content, start, next);
            case Step.Words() -> new Words(next);
            // The streams after it don't look at where pieces end, so there is nothing to do.
            case Step.Fuse() -> next;
        };
    }

    /** End of every chain. */
    record Text(StringBuilder text) implements PieceStream {
        @Override
        public void piece(String piece) {
            text.append(piece);
        }

        @Override
        public void end() {}
    }

    private static final class ByteLevel implements PieceStream {
        private final PieceStream next;
        private final StringBuilder text = new StringBuilder();
        private final Utf8Decoder utf8 = new Utf8Decoder(text);

        ByteLevel(PieceStream next) {
            this.next = next;
        }

        @Override
        public void piece(String piece) {
            // A piece with any other character in it (an added token) is itself, not bytes.
            if (ByteAlphabet.isBytes(piece)) {
                for (int i = 0; i < piece.length(); i++) {
                    utf8.add(ByteAlphabet.byteOf(piece.charAt(i)));
                }
            } else {
                utf8.end();
                text.append(piece);
            }
            pass();
        }

        @Override
        public void end() {
            utf8.end();
            pass();
            next.end();
        }

        private void pass() {
            if (!text.isEmpty()) {
                next.piece(text.toString());
                text.setLength(0);
            }
        }
    }

    private record Replace(String pattern, String content, PieceStream next) implements PieceStream {
        @Override
        public void piece(String piece) {
            next.piece(piece.replace(pattern, content));
        }

        @Override
        public void end() {
            next.end();
        }
    }

    private static final class ByteFallback implements PieceStream {
        private final PieceStream next;
        private final StringBuilder run = new StringBuilder();
        private Utf8Decoder utf8 = new Utf8Decoder(run);
        private int bytes;

        ByteFallback(PieceStream next) {
            this.next = next;
        }

        @Override
        public void piece(String piece) {
            int b = BytePieces.byteOf(piece);
            if (b >= 0) {
                utf8.add(b);
                bytes++;
            } else {
                endRun();
                next.piece(piece);
            }
        }

        @Override
        public void end() {
            endRun();
            next.end();
        }

        private void endRun() {
            if (bytes == 0) {
                return;
            }
            utf8.end();
            if (utf8.malformed()) {
                for (int i = 0; i < bytes; i++) {
                    next.piece("\uFFFD");
                }
            } else {
                next.piece(run.toString());
            }
            run.setLength(0);
            utf8 = new Utf8Decoder(run);
            bytes = 0;
        }
    }

    private static final class Metaspace implements PieceStream {
        private final String replacement;
        private final PieceStream next;
        private String content;

        Metaspace(String replacement, boolean prepended, PieceStream next) {
            this.replacement = replacement;
            this.next = next;
            this.content = prepended ? "" : " ";
        }

        @Override
        public void piece(String piece) {
            next.piece(piece.replace(replacement, content));
            content = " ";
        }

        @Override
        public void end() {
            next.end();
        }
    }

    private record Strip(Step.Strip step, PieceStream next) implements PieceStream {
        @Override
        public void piece(String piece) {
            next.piece(step.of(piece));
        }

        @Override
        public void end() {
            next.end();
        }
    }

    private static final class StripStart implements PieceStream {
        private final int content;
        private final PieceStream next;
        private int left;

        StripStart(int content, int start, PieceStream next) {
            this.content = content;
            this.left = start;
            this.next = next;
        }

        @Override
        public void piece(String piece) {
            int from = 0;
            while (left > 0 && from < piece.length()) {
                if (piece.codePointAt(from) == content) {
                    from += Character.charCount(content);
                    left--;
                } else {
                    left = 0;
                }
            }
            next.piece(piece.substring(from));
        }

        @Override
        public void end() {
            next.end();
        }
    }

    private static final class Words implements PieceStream {
        private final PieceStream next;
        private boolean first = true;

        Words(PieceStream next) {
            this.next = next;
        }

        @Override
        public void piece(String piece) {
            next.piece(first ? piece : " " + piece);
            first = false;
        }

        @Override
        public void end() {
            next.end();
        }
    }
}
