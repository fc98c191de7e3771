package io.sirocco.text.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A regular expression of Python's {@code re}, for text. Python's syntax is translated to Java's where they differ: named groups, the
 * classes of characters (Unicode's), the ends of lines and of the text, brackets inside of a class. Constructs that Java lacks are
 * refused. Immutable and safe for many threads.
 */
public final class PythonRegex {

    /** Python's {@code str.isspace}. */
    private static final String SPACE =
            "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";

    private static final String DIGIT = "\\p{Nd}";
    private static final String WORD = "\\p{L}\\p{N}_";
    private static final String BOUNDARY =
            "(?:(?<=[" + WORD + "])(?![" + WORD + "])|(?<![" + WORD + "])(?=[" + WORD + "]))";
    private static final String NO_BOUNDARY =
            "(?:(?<=[" + WORD + "])(?=[" + WORD + "])|(?<![" + WORD + "])(?![" + WORD + "]))";

    private final Pattern pattern;

    private PythonRegex(Pattern pattern) {
        this.pattern = pattern;
    }

    /**
     * Compiles a pattern.
     *
     * @throws IllegalArgumentException naming the pattern, if it has a mistake or uses what Java's expressions cannot do
     */
    public static PythonRegex compile(String regex) {
        try {
            String translated = new Translation(regex).translate();
            return new PythonRegex(Pattern.compile(translated, Pattern.UNIX_LINES | Pattern.UNICODE_CASE));
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "\"" + regex + "\" is no regular expression that can be used here: " + e.getDescription(), e);
        }
    }

    /**
     * {@code re.findall}: what each match holds: its groups if there are any, else the whole match. A group that did not take part is
     * empty.
     */
    public List<List<String>> findAll(String text) {
        List<List<String>> found = new ArrayList<>();
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            List<String> groups = new ArrayList<>();
            for (int group = matcher.groupCount() == 0 ? 0 : 1; group <= matcher.groupCount(); group++) {
                groups.add(matcher.group(group) == null ? "" : matcher.group(group));
            }
            found.add(List.copyOf(groups));
        }
        return found;
    }

    /**
     * {@code re.sub(pattern, replacement, text, count)}.
     *
     * @param replacement may name groups, {@code \1} or {@code \g<name>}
     * @param count most matches to replace; 0 for all
     * @throws IllegalArgumentException if the replacement names a group that is not there
     */
    public String replace(String text, String replacement, int count) {
        Matcher matcher = pattern.matcher(text);
        StringBuilder out = new StringBuilder();
        int end = 0;
        for (int n = 0; (count <= 0 || n < count) && matcher.find(); n++) {
            out.append(text, end, matcher.start());
            expand(replacement, matcher, out);
            end = matcher.end();
        }
        return out.append(text, end, text.length()).toString();
    }

    private static void expand(String replacement, Matcher match, StringBuilder out) {
        int at = 0;
        while (at < replacement.length()) {
            char c = replacement.charAt(at++);
            if (c != '\\' || at == replacement.length()) {
                out.append(c);
                continue;
            }
            char escape = replacement.charAt(at++);
            if (escape == 'g' && replacement.startsWith("<", at) && replacement.indexOf('>', at) > 0) {
                String name = replacement.substring(at + 1, replacement.indexOf('>', at));
                at += name.length() + 2;
                group(name.matches("[0-9]+") ? match.group(Integer.parseInt(name)) : match.group(name), out);
            } else if (escape >= '1' && escape <= '9') {
                int number = escape - '0';
                if (at < replacement.length() && Character.digit(replacement.charAt(at), 10) >= 0) {
                    number = 10 * number + Character.digit(replacement.charAt(at++), 10);
                }
                group(group(match, number), out);
            } else {
                out.append(StringLiteral.unescape("\\" + escape));
            }
        }
    }

    private static String group(Matcher match, int number) {
        if (number > match.groupCount()) {
            throw new IllegalArgumentException(
                    "the replacement names group " + number + "; the pattern has " + match.groupCount());
        }
        return match.group(number);
    }

    private static void group(String group, StringBuilder out) {
        out.append(group == null ? "" : group);
    }

    /** One pattern on its way from Python's syntax to Java's. */
    private static final class Translation {
        private final String regex;
        private final StringBuilder out = new StringBuilder();
        private int at;

        Translation(String regex) {
            this.regex = regex;
        }

        String translate() {
            while (at < regex.length()) {
                char c = regex.charAt(at++);
                switch (c) {
                    case '\\' -> escape(false);
                    case '[' -> characterClass();
                    case '(' -> open();
                    case '{' -> brace();
                    case '}' -> out.append("\\}");
                    case ']' -> out.append("\\]");
                    default -> out.append(c);
                }
            }
            return out.toString();
        }

        private void escape(boolean inClass) {
            if (at == regex.length()) {
                throw mistake("a backslash at its end");
            }
            char c = regex.charAt(at++);
            switch (c) {
                case 'd' -> out.append(DIGIT);
                case 'D' -> out.append("\\P{Nd}");
                case 's' -> out.append(inClass ? SPACE : "[" + SPACE + "]");
                case 'S' -> out.append("[^" + SPACE + "]");
                case 'w' -> out.append(inClass ? WORD : "[" + WORD + "]");
                case 'W' -> out.append("[^" + WORD + "]");
                case 'b' -> out.append(inClass ? "\\x08" : BOUNDARY);
                case 'B' -> out.append(NO_BOUNDARY);
                case 'Z' -> out.append("\\z");
                case 'v' -> out.append("\\x0b");
                case 'A', 'a', 'f', 'n', 'r', 't', 'x', 'u', '0' ->
                    out.append('\\').append(c);
                default -> {
                    if (c >= '1' && c <= '9') {
                        out.append('\\').append(c);
                    } else if (Character.isLetter(c)) {
                        throw mistake("the escape \\" + c);
                    } else {
                        literal(c);
                    }
                }
            }
        }

        private void literal(char c) {
            if (c < 128 && !Character.isLetterOrDigit(c)) {
                out.append('\\');
            }
            out.append(c);
        }

        /** In Java a bracket in a class nests, and && is an intersection. */
        private void characterClass() {
            out.append('[');
            if (regex.startsWith("^", at)) {
                out.append('^');
                at++;
            }
            for (boolean first = true; ; first = false) {
                if (at == regex.length()) {
                    throw mistake("a [ that no ] closes");
                }
                char c = regex.charAt(at++);
                if (c == ']' && !first) {
                    out.append(']');
                    return;
                }
                switch (c) {
                    case '\\' -> escape(true);
                    case '-' -> out.append(isRange(first) ? "-" : "\\-");
                    default -> literal(c);
                }
            }
        }

        /** Whether a - just read stands between two characters, not at an end of its class. */
        private boolean isRange(boolean first) {
            return !first && at < regex.length() && regex.charAt(at) != ']';
        }

        private void open() {
            if (regex.startsWith("?P<", at)) {
                int end = regex.indexOf('>', at);
                String name = end < 0 ? "" : regex.substring(at + 3, end);
                if (!name.matches("[A-Za-z][A-Za-z0-9]*")) {
                    throw mistake("the group name \"" + name + "\"; use letters and digits");
                }
                out.append("(?<").append(name).append('>');
                at = end + 1;
            } else if (regex.startsWith("?P=", at)) {
                int end = regex.indexOf(')', at);
                out.append("\\k<").append(regex, at + 3, Math.max(at + 3, end)).append('>');
                at = Math.max(at + 3, end + 1);
            } else if (regex.startsWith("?#", at)) {
                int end = regex.indexOf(')', at);
                at = end < 0 ? regex.length() : end + 1;
            } else if (regex.startsWith("?(", at)) {
                throw mistake("a conditional group");
            } else {
                out.append('(');
                flags();
            }
        }

        /** Python's flags have other letters: a, L and u say what a class holds, which is Unicode's here. */
        private void flags() {
            int end = at + 1;
            while (end < regex.length() && "aiLmsux-".indexOf(regex.charAt(end)) >= 0) {
                end++;
            }
            boolean flags = regex.startsWith("?", at) && end > at + 1 && end < regex.length();
            if (flags && (regex.charAt(end) == ')' || regex.charAt(end) == ':')) {
                String letters = regex.substring(at + 1, end).replace("u", "");
                if (letters.contains("a") || letters.contains("L") || letters.contains("x")) {
                    throw mistake("the flags " + letters);
                }
                out.append('?').append(letters);
                at = end;
            }
        }

        /** A { that begins no repetition is itself; {,n} is from 0. */
        private void brace() {
            Matcher repetition =
                    Pattern.compile("([0-9]*)(,?)([0-9]*)\\}").matcher(regex).region(at, regex.length());
            if (!repetition.lookingAt()
                    || repetition.end() == at + 1
                    || repetition.group().equals(",}")) {
                out.append("\\{");
                return;
            }
            String from = repetition.group(1).isEmpty() ? "0" : repetition.group(1);
            out.append('{')
                    .append(from)
                    .append(repetition.group(2))
                    .append(repetition.group(3))
                    .append('}');
            at = repetition.end();
        }

        private IllegalArgumentException mistake(String what) {
            return new IllegalArgumentException(
                    "\"" + regex + "\" is no regular expression that can be used here: it has " + what);
        }
    }
}
