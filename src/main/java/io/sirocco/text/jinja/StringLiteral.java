package io.sirocco.text.jinja;

/** Escapes of string literals, as Python's unicode-escape codec reads them. */
final class StringLiteral {
    private StringLiteral() {}

    static String unescape(String body) {
        if (body.indexOf('\\') < 0) {
            return body;
        }
        StringBuilder out = new StringBuilder(body.length());
        int at = 0;
        while (at < body.length()) {
            char c = body.charAt(at++);
            if (c != '\\') {
                out.append(c);
                continue;
            }
            int escape = body.codePointAt(at);
            at += Character.charCount(escape);
            switch (escape) {
                case '\n' -> {}
                case '\\', '\'', '"' -> out.append((char) escape);
                case 'a' -> out.append('\u0007');
                case 'b' -> out.append('\b');
                case 'f' -> out.append('\f');
                case 'n' -> out.append('\n');
                case 'r' -> out.append('\r');
                case 't' -> out.append('\t');
                case 'v' -> out.append('\u000b');
                case 'x' -> at = hexadecimal(body, at, 2, out);
                case 'u' -> at = hexadecimal(body, at, 4, out);
                case 'U' -> at = hexadecimal(body, at, 8, out);
                case 'N' -> throw Failure.unsupported("the escape \\N{name} in a string");
                case '0', '1', '2', '3', '4', '5', '6', '7' -> at = octal(body, at - 1, out);
                default -> {
                    out.append('\\');
                    if (escape < 128) {
                        out.append((char) escape);
                    } else {
                        // Python replaces the character by its escape before it reads escapes, so a backslash before it
                        // escapes that.
                        out.append(Repr.escape(escape).substring(1));
                    }
                }
            }
        }
        return out.toString();
    }

    private static int hexadecimal(String body, int start, int digits, StringBuilder out) {
        int end = start + digits;
        long value = 0;
        for (int at = start; at < end; at++) {
            int digit = at < body.length() && body.charAt(at) < 128 ? Character.digit(body.charAt(at), 16) : -1;
            if (digit < 0) {
                throw Failure.of("an escape in a string has fewer than " + digits + " hexadecimal digits");
            }
            value = value * 16 + digit;
        }
        if (value > Character.MAX_CODE_POINT) {
            throw Failure.of("an escape in a string is no Unicode character");
        }
        out.appendCodePoint((int) value);
        return end;
    }

    private static int octal(String body, int start, StringBuilder out) {
        int value = 0;
        int at = start;
        while (at < body.length() && at < start + 3 && body.charAt(at) >= '0' && body.charAt(at) <= '7') {
            value = value * 8 + body.charAt(at++) - '0';
        }
        out.append((char) value);
        return at;
    }
}
