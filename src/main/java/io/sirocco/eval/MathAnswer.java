package io.sirocco.eval;

import io.sirocco.text.jinja.PythonRegex;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;

/** Answers of mathematics in LaTeX: what is boxed, and whether two are the same but for how they are written (Hendrycks et al. 2021). */
final class MathAnswer {

    private static final PythonRegex IN_DOLLARS = PythonRegex.compile("\\$(.*)\\$");
    private static final PythonRegex NUMBER = PythonRegex.compile("(?:\\$)?\\d+(?:\\.\\d+)?(?![\\w\\d])");

    /** What is left out, and what is written in its place. */
    private static final List<List<String>> PLAIN = List.of(
            List.of("\n", ""),
            List.of("\\!", ""),
            List.of("\\\\", "\\"),
            List.of("tfrac", "frac"),
            List.of("dfrac", "frac"),
            List.of("\\left", ""),
            List.of("\\right", ""),
            List.of("^{\\circ}", ""),
            List.of("^\\circ", ""),
            List.of("\\$", ""));

    private MathAnswer() {}

    /** Signals that a text is not written as answers are; then texts are compared as they are. */
    private static final class OddlyWritten extends Exception {
        private static final long serialVersionUID = 1;

        OddlyWritten() {
            super(null, null, false, false);
        }
    }

    /** What the last {@code \boxed} of a solution holds. */
    static Optional<String> boxed(String solution) {
        String spaced = "\\boxed ";
        if (solution.contains(spaced)) {
            String last = solution.substring(solution.lastIndexOf(spaced) + spaced.length());
            int dollar = last.indexOf('$');
            return Optional.of(dollar < 0 ? last : last.substring(0, dollar));
        }
        return lastBox(solution).flatMap(MathAnswer::content);
    }

    /** The last {@code \boxed} or {@code \fbox}, with the braces after it. */
    private static Optional<String> lastBox(String text) {
        int start = text.lastIndexOf("\\boxed");
        start = start < 0 ? text.lastIndexOf("\\fbox") : start;
        int open = 0;
        for (int i = Math.max(0, start); start >= 0 && i < text.length(); i++) {
            open += text.charAt(i) == '{' ? 1 : 0;
            if (text.charAt(i) == '}' && --open == 0) {
                return Optional.of(text.substring(start, i + 1));
            }
        }
        return Optional.empty();
    }

    private static Optional<String> content(String box) {
        String head = "\\boxed{";
        return box.startsWith(head) ? Optional.of(box.substring(head.length(), box.length() - 1)) : Optional.empty();
    }

    /** What stands between the first dollar sign and the last, or all if there are not two. */
    static String betweenDollars(String text) {
        int first = text.indexOf('$');
        int last = text.lastIndexOf('$');
        return first == last ? text : text.substring(first + 1, last);
    }

    /** Whether two answers are the same. */
    static boolean equal(String a, String b) {
        try {
            return normal(a, false).equals(normal(b, false));
        } catch (OddlyWritten _) {
            return a.equals(b);
        }
    }

    /** Whether what two texts have for their answer is the same, as AGIEval reads answers. */
    static boolean parsedEqual(String a, String b) {
        Optional<String> first = parsed(a);
        Optional<String> second = parsed(b);
        if (first.isEmpty() || second.isEmpty()) {
            return first.equals(second);
        }
        try {
            return normal(first.get(), true).equals(normal(second.get(), true));
        } catch (OddlyWritten _) {
            return first.equals(second);
        }
    }

    private static Optional<String> parsed(String text) {
        if (text.contains("\\boxed")) {
            return lastBox(text).flatMap(MathAnswer::content).map(MathAnswer::rightSide);
        }
        List<List<String>> dollars = IN_DOLLARS.findAll(text);
        String found = dollars.isEmpty() ? "" : rightSide(dollars.getLast().getFirst());
        if (!found.isEmpty()) {
            return Optional.of(found);
        }
        if (text.contains("=")) {
            String right = rightSide(text);
            int end = right.length();
            while (end > 0 && right.charAt(end - 1) == '.') {
                end--;
            }
            right = right.substring(0, end);
            int line = right.indexOf("\\n");
            return Optional.of(line < 0 ? right : right.substring(0, line));
        }
        List<List<String>> numbers = NUMBER.findAll(text);
        return numbers.isEmpty()
                ? Optional.empty()
                : Optional.of(numbers.getLast().getFirst());
    }

    private static String rightSide(String text) {
        int equals = text.lastIndexOf('=');
        if (equals < 0) {
            return text;
        }
        int start = equals + 1;
        while (start < text.length() && text.charAt(start) == ' ') {
            start++;
        }
        return text.substring(start);
    }

    /** @param lenient whether a slash between others than whole numbers is left as it is */
    private static String normal(String answer, boolean lenient) throws OddlyWritten {
        String text = answer;
        for (List<String> change : PLAIN) {
            text = text.replace(change.get(0), change.get(1));
        }
        text = withoutUnits(text).replace("\\%", "").replace(" .", " 0.").replace("{.", "{0.");
        if (text.isEmpty()) {
            return text;
        }
        if (text.startsWith(".")) {
            text = "0" + text;
        }
        int equals = text.indexOf('=');
        if (equals >= 0 && text.lastIndexOf('=') == equals && text.codePointCount(0, equals) <= 2) {
            text = text.substring(equals + 1);
        }
        text = fractions(roots(text).replace(" ", ""));
        return slashed(text.equals("0.5") ? "\\frac{1}{2}" : text, lenient);
    }

    private static String withoutUnits(String text) throws OddlyWritten {
        String units = "\\text{ ";
        int first = text.indexOf(units);
        if (first >= 0 && text.indexOf(units, first + units.length()) >= 0) {
            throw new OddlyWritten();
        }
        return first < 0 ? text : text.substring(0, first);
    }

    /** {@code \sqrt3} with braces. */
    private static String roots(String text) throws OddlyWritten {
        List<String> parts = List.of(text.split("\\\\sqrt", -1));
        StringBuilder out = new StringBuilder(parts.getFirst());
        for (String part : parts.subList(1, parts.size())) {
            if (part.isEmpty()) {
                throw new OddlyWritten();
            }
            int one = part.offsetByCodePoints(0, 1);
            out.append("\\sqrt")
                    .append(part.startsWith("{") ? part : "{" + part.substring(0, one) + "}" + part.substring(one));
        }
        return out.toString();
    }

    /** {@code \frac12} and {@code \frac1{2}} with braces. */
    private static String fractions(String text) throws OddlyWritten {
        List<String> parts = List.of(text.split("\\\\frac", -1));
        StringBuilder out = new StringBuilder(parts.getFirst());
        for (String part : parts.subList(1, parts.size())) {
            if (part.isEmpty()) {
                throw new OddlyWritten();
            }
            out.append("\\frac");
            if (part.startsWith("{")) {
                out.append(part);
                continue;
            }
            if (part.codePointCount(0, part.length()) < 2) {
                return text;
            }
            int one = part.offsetByCodePoints(0, 1);
            int two = part.offsetByCodePoints(0, 2);
            String below = part.substring(one, two);
            out.append('{').append(part, 0, one).append('}');
            out.append(below.equals("{") ? below : "{" + below + "}").append(part.substring(two));
        }
        return out.toString();
    }

    /** A fraction of whole numbers with a slash as {@code \frac}. */
    private static String slashed(String text, boolean lenient) throws OddlyWritten {
        int slash = text.indexOf('/');
        if (slash < 0 || text.lastIndexOf('/') != slash) {
            return text;
        }
        String above = text.substring(0, slash);
        String below = text.substring(slash + 1);
        if (!isWhole(above) || !isWhole(below)) {
            if (lenient) {
                return text;
            }
            throw new OddlyWritten();
        }
        boolean plain = isPlain(above) && isPlain(below);
        return plain ? "\\frac{" + above + "}{" + below + "}" : text;
    }

    private static boolean isWhole(String text) {
        return text.strip().matches("[+-]?[0-9]+(_[0-9]+)*");
    }

    private static boolean isPlain(String text) {
        return text.matches("-?[0-9]{1,1000}")
                && new BigInteger(text).toString().equals(text);
    }
}
