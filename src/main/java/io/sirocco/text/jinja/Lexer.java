package io.sirocco.text.jinja;

import io.sirocco.text.jinja.Token.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * Splits a template into text, tags and the tokens in them. Follows jinja2's lexer rule by rule, because whitespace reaches the prompt.
 */
final class Lexer {
    private static final String[] OPERATORS = {
        "//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}", ">", "<", "=",
        ".", ":", "|", ",", ";"
    };

    private final String source;
    private final Environment environment;
    private final int[] newlines;
    private final List<Token> tokens = new ArrayList<>();
    private int position;
    /** Whether what was read last ended a line; then a tag's indentation begins where we stand. */
    private boolean lineStarting = true;

    private Lexer(String source, Environment environment) {
        this.source = source;
        this.environment = environment;
        this.newlines = newlineOffsets(source);
    }

    static List<Token> tokens(String source, Environment environment) {
        if (source.length() > Budget.MAX_SOURCE) {
            throw TemplateException.of("the template has " + source.length() + " characters; at most "
                    + Budget.MAX_SOURCE + " are allowed");
        }
        String normalized = source.replace("\r\n", "\n").replace('\r', '\n');
        if (normalized.endsWith("\n") && !environment.keepTrailingNewline) {
            normalized = normalized.substring(0, normalized.length() - 1);
        }
        Lexer lexer = new Lexer(normalized, environment);
        lexer.root();
        return lexer.tokens;
    }

    private void root() {
        while (position < source.length()) {
            int tag = nextTag();
            if (tag < 0) {
                add(Kind.TEXT, source.substring(position), position);
                break;
            }
            if (!raw(tag)) {
                tag(tag);
            }
        }
        add(Kind.END, "", source.length());
    }

    private int nextTag() {
        for (int at = source.indexOf('{', position); at >= 0; at = source.indexOf('{', at + 1)) {
            char kind = charAt(at + 1);
            if (kind == '%' || kind == '{' || kind == '#') {
                return at;
            }
        }
        return -1;
    }

    private void tag(int at) {
        char kind = source.charAt(at + 1);
        char sign = sign(at + 2);
        text(source.substring(position, at), sign, kind == '{');
        position = at + 2 + (sign == 0 ? 0 : 1);
        lineStarting = false;
        switch (kind) {
            case '#' -> comment(at);
            case '{' -> {
                add(Kind.PRINT_BEGIN, "{{", at);
                inside(at, "}}", Kind.PRINT_END);
            }
            default -> {
                add(Kind.BLOCK_BEGIN, "{%", at);
                inside(at, "%}", Kind.BLOCK_END);
            }
        }
    }

    /** The text before a tag, without what the tag's sign or lstrip_blocks takes away. */
    private void text(String text, char sign, boolean print) {
        String kept = text;
        if (sign == '-') {
            kept = Strings.strip(text, null, false, true);
        } else if (sign != '+' && !print && environment.lstripBlocks) {
            int line = text.lastIndexOf('\n') + 1;
            if ((line > 0 || lineStarting) && Strings.isBlank(text, line)) {
                kept = text.substring(0, line);
            }
        }
        if (!kept.isEmpty()) {
            add(Kind.TEXT, kept, position);
        }
    }

    private void comment(int begin) {
        int end = source.indexOf("#}", position);
        if (end < 0) {
            throw TemplateException.at(line(begin), "a comment '{#' is not closed; end it with '#}'");
        }
        char before = end > position ? source.charAt(end - 1) : 0;
        position = end + 2;
        afterTag(before);
    }

    /** What a closing tag takes with it: all whitespace after '-', with trim_blocks one newline after no sign. */
    private void afterTag(char sign) {
        if (sign == '-') {
            skipSpace();
        } else if (sign != '+' && environment.trimBlocks && charAt(position) == '\n') {
            position++;
        }
        lineStarting = source.charAt(position - 1) == '\n';
    }

    /** A raw block at {@code at}, if there is one: its body is text whatever stands in it. */
    private boolean raw(int at) {
        if (charAt(at + 1) != '%') {
            return false;
        }
        char sign = sign(at + 2);
        int body = word(at + 2 + (sign == 0 ? 0 : 1), "raw");
        if (body < 0 || !(source.startsWith("%}", body) || source.startsWith("-%}", body))) {
            return false;
        }
        text(source.substring(position, at), sign, false);
        boolean tight = source.charAt(body) == '-';
        position = body + (tight ? 3 : 2);
        if (tight) {
            skipSpace();
        }
        lineStarting = source.charAt(position - 1) == '\n';
        for (int end = source.indexOf("{%", position); end >= 0; end = source.indexOf("{%", end + 1)) {
            char endSign = sign(end + 2);
            int close = word(end + 2 + (endSign == 0 ? 0 : 1), "endraw");
            char closeSign = close < 0 ? 0 : sign(close);
            int delimiter = close + (closeSign == 0 ? 0 : 1);
            if (close >= 0 && source.startsWith("%}", delimiter)) {
                text(source.substring(position, end), endSign, false);
                position = delimiter + 2;
                afterTag(closeSign);
                return true;
            }
        }
        throw TemplateException.at(line(at), "{% raw %} is not closed; end it with {% endraw %}");
    }

    /** The offset after optional space, this word and optional space, or -1. */
    private int word(int at, String word) {
        int start = skipSpace(at);
        return source.startsWith(word, start) ? skipSpace(start + word.length()) : -1;
    }

    private void inside(int begin, String close, Kind end) {
        Deque<String> brackets = new ArrayDeque<>();
        while (true) {
            if (brackets.isEmpty() && closes(close, end)) {
                return;
            }
            if (position >= source.length()) {
                throw TemplateException.at(
                        line(begin),
                        "'" + source.substring(begin, begin + 2) + "' is not closed; end it with '" + close + "'");
            }
            char c = source.charAt(position);
            if (Strings.isSpace(c)) {
                position++;
            } else if (c >= '0' && c <= '9') {
                number();
            } else if (c == '\'' || c == '"') {
                string(c);
            } else if (isWord(source.codePointAt(position))) {
                name();
            } else {
                operator(brackets);
            }
        }
    }

    private boolean closes(String close, Kind end) {
        char sign = sign(position);
        if (sign == '+' && end == Kind.PRINT_END) {
            return false;
        }
        int at = position + (sign == 0 ? 0 : 1);
        if (!source.startsWith(close, at)) {
            return false;
        }
        add(end, close, position);
        position = at + 2;
        if (end == Kind.BLOCK_END) {
            afterTag(sign);
        } else {
            if (sign == '-') {
                skipSpace();
            }
            lineStarting = source.charAt(position - 1) == '\n';
        }
        return true;
    }

    private void number() {
        int start = position;
        int end = NumberLiteral.end(source, start);
        String text = source.substring(start, end);
        Number value = NumberLiteral.parse(text);
        if (value == null) {
            throw TemplateException.at(line(start), "the number " + text + " does not fit 64 bits");
        }
        tokens.add(new Token(Kind.NUMBER, text, value, line(start)));
        position = end;
    }

    private void string(char quote) {
        int start = position;
        int end = start + 1;
        while (charAt(end) != quote) {
            if (end >= source.length()) {
                throw TemplateException.at(line(start), "a string is not closed; end it with " + quote);
            }
            end += source.charAt(end) == '\\' ? 2 : 1;
        }
        String value;
        try {
            value = StringLiteral.unescape(source.substring(start + 1, end));
        } catch (Failure e) {
            throw TemplateException.at(line(start), e.getMessage());
        }
        add(Kind.STRING, value, start);
        position = end + 1;
    }

    private void name() {
        int start = position;
        while (position < source.length() && isWord(source.codePointAt(position))) {
            position += Character.charCount(source.codePointAt(position));
        }
        String name = source.substring(start, position);
        int first = name.codePointAt(0);
        if (first != '_' && !Character.isUnicodeIdentifierStart(first)) {
            throw TemplateException.at(line(start), "'" + name + "' is not a name");
        }
        add(Kind.NAME, name, start);
    }

    private void operator(Deque<String> brackets) {
        for (String operator : OPERATORS) {
            if (source.startsWith(operator, position)) {
                switch (operator) {
                    case "(" -> brackets.push(")");
                    case "[" -> brackets.push("]");
                    case "{" -> brackets.push("}");
                    case ")", "]", "}" -> {
                        String expected = brackets.poll();
                        if (!operator.equals(expected)) {
                            throw TemplateException.at(
                                    line(position),
                                    "unexpected '" + operator + "'"
                                            + (expected == null ? "" : ", expected '" + expected + "'"));
                        }
                    }
                    default -> {}
                }
                add(Kind.OPERATOR, operator, position);
                position += operator.length();
                return;
            }
        }
        throw TemplateException.at(
                line(position), "unexpected character '" + Character.toString(source.codePointAt(position)) + "'");
    }

    private char sign(int at) {
        char c = charAt(at);
        return c == '-' || c == '+' ? c : 0;
    }

    private char charAt(int at) {
        return at < source.length() ? source.charAt(at) : 0;
    }

    private void skipSpace() {
        position = skipSpace(position);
    }

    private int skipSpace(int from) {
        int at = from;
        while (at < source.length() && Strings.isSpace(source.charAt(at))) {
            at++;
        }
        return at;
    }

    private static boolean isWord(int codePoint) {
        return codePoint == '_' || Character.isLetterOrDigit(codePoint);
    }

    private void add(Kind kind, String text, int at) {
        tokens.add(new Token(kind, text, null, line(at)));
    }

    private int line(int offset) {
        int found = Arrays.binarySearch(newlines, offset);
        return 1 + (found < 0 ? -found - 1 : found);
    }

    private static int[] newlineOffsets(String source) {
        return java.util.stream.IntStream.range(0, source.length())
                .filter(i -> source.charAt(i) == '\n')
                .toArray();
    }
}
