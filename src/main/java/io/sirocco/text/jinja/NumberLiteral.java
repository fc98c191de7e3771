package io.sirocco.text.jinja;

/** Number literals: {@code 1_000}, {@code 0x1f}, {@code 1.5e-3}; no sign, and no digit missing on either side of a point. */
final class NumberLiteral {
    private NumberLiteral() {}

    /** The offset after the number that begins at {@code start}, which holds a digit. */
    static int end(String source, int start) {
        if (source.charAt(start) == '0' && start + 1 < source.length()) {
            int radix = radix(source.charAt(start + 1));
            int end = digits(source, start + 2, radix, true);
            if (radix > 0 && end > start + 2) {
                return end;
            }
        }
        int whole = digits(source, start, 10, false);
        int end = whole;
        boolean afterDot = start > 0 && source.charAt(start - 1) == '.';
        if (!afterDot) {
            if (end < source.length() && source.charAt(end) == '.') {
                int fraction = digits(source, end + 1, 10, false);
                end = fraction > end + 1 ? fraction : end;
            }
            if (end < source.length() && (source.charAt(end) | 0x20) == 'e') {
                int sign = end + 1;
                if (sign < source.length() && (source.charAt(sign) == '+' || source.charAt(sign) == '-')) {
                    sign++;
                }
                int exponent = digits(source, sign, 10, false);
                end = exponent > sign ? exponent : end;
            }
        }
        if (end == whole && source.charAt(start) == '0') {
            // A whole number that begins with 0 is 0, 00, 0_0: as in Python, 012 is no number.
            end = start + 1;
            while (end < whole && (source.charAt(end) == '0' || source.startsWith("_0", end))) {
                end++;
            }
        }
        return end;
    }

    /** Its Long or Double; null if a whole number does not fit 64 bits. */
    static Number parse(String literal) {
        String text = literal.replace("_", "");
        try {
            if (text.length() > 2 && radix(text.charAt(1)) > 0) {
                return Long.parseLong(text.substring(2), radix(text.charAt(1)));
            }
            boolean whole = text.chars().allMatch(c -> c >= '0' && c <= '9');
            if (whole) {
                return Long.parseLong(text);
            }
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static int radix(char mark) {
        return switch (mark | 0x20) {
            case 'b' -> 2;
            case 'o' -> 8;
            case 'x' -> 16;
            default -> 0;
        };
    }

    /** The offset after digits with single underscores between them. */
    private static int digits(String source, int start, int radix, boolean leadingUnderscore) {
        int end = start;
        boolean underscore = leadingUnderscore;
        for (int at = start; at < source.length(); at++) {
            char c = source.charAt(at);
            if (c < 128 && Character.digit(c, Math.max(radix, 2)) >= 0) {
                end = at + 1;
                underscore = true;
            } else if (c == '_' && underscore) {
                underscore = false;
            } else {
                break;
            }
        }
        return end;
    }
}
