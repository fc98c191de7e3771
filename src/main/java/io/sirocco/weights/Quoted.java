package io.sirocco.weights;

/** Text from a model file, made fit for a message: one line, no control characters, of bounded length. */
public final class Quoted {
    private static final int MAX_CHARS = 100;

    private Quoted() {}

    public static String of(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            if (i == MAX_CHARS) {
                return quoted.append("\"... (")
                        .append(text.length())
                        .append(" characters)")
                        .toString();
            }
            char c = text.charAt(i);
            if (Character.isISOControl(c) || Character.isSurrogate(c) || Character.getType(c) == Character.FORMAT) {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
