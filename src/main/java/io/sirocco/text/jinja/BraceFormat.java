package io.sirocco.text.jinja;

/** {@code 'a {} and {name:>8}'.format(...)}: fields by place or name, with attributes, indexes, !r, !s and format specifications. */
final class BraceFormat {
    private final Arguments arguments;
    private final Rendering rendering;
    private int automatic;
    private boolean numbered;

    private BraceFormat(Arguments arguments, Rendering rendering) {
        this.arguments = arguments;
        this.rendering = rendering;
    }

    static String format(String format, Arguments arguments, Rendering rendering) {
        return new BraceFormat(arguments, rendering).expanded(format, 2);
    }

    private String expanded(String format, int levels) {
        if (levels == 0) {
            throw Failure.value("a format has fields within fields within fields");
        }
        StringBuilder out = new StringBuilder();
        for (int at = 0; at < format.length(); at++) {
            char c = format.charAt(at);
            boolean doubled = at + 1 < format.length() && format.charAt(at + 1) == c;
            if ((c == '{' || c == '}') && doubled) {
                out.append(c);
                at++;
            } else if (c == '{') {
                int end = closing(format, at);
                String field = field(format.substring(at + 1, end), levels);
                rendering.budget().text(field.length());
                out.append(field);
                at = end;
            } else if (c == '}') {
                throw Failure.value("a format has a single '}'; write '}}' for a brace");
            } else {
                out.append(c);
            }
        }
        return rendering.made(out.toString());
    }

    private static int closing(String format, int open) {
        int depth = 0;
        for (int at = open; at < format.length(); at++) {
            depth += format.charAt(at) == '{' ? 1 : format.charAt(at) == '}' ? -1 : 0;
            if (depth == 0) {
                return at;
            }
        }
        throw Failure.value("a format has a single '{'; write '{{' for a brace");
    }

    private String field(String field, int levels) {
        int nameEnd = 0;
        boolean inIndex = false;
        while (nameEnd < field.length()
                && (inIndex || (field.charAt(nameEnd) != ':' && field.charAt(nameEnd) != '!'))) {
            inIndex = field.charAt(nameEnd) == '[' || (inIndex && field.charAt(nameEnd) != ']');
            nameEnd++;
        }
        Object value = value(field.substring(0, nameEnd));
        int at = nameEnd;
        if (at < field.length() && field.charAt(at) == '!') {
            char conversion = at + 1 < field.length() ? field.charAt(at + 1) : 0;
            value = switch (conversion) {
                case 's' -> rendering.str(value);
                case 'r' -> Repr.repr(value, rendering.budget());
                default -> throw Failure.value("a format knows the conversions !s and !r only");
            };
            at += 2;
            if (at < field.length() && field.charAt(at) != ':') {
                throw Failure.value("a format has text between a conversion and ':'");
            }
        }
        String spec = at < field.length() ? expanded(field.substring(at + 1), levels - 1) : "";
        return FormatSpec.format(value, spec, rendering);
    }

    private Object value(String name) {
        int end = 0;
        while (end < name.length() && name.charAt(end) != '.' && name.charAt(end) != '[') {
            end++;
        }
        Object value = first(name.substring(0, end));
        while (end < name.length()) {
            if (name.charAt(end) == '.') {
                int start = end + 1;
                end = start;
                while (end < name.length() && name.charAt(end) != '.' && name.charAt(end) != '[') {
                    end++;
                }
                value = Attributes.get(value, name.substring(start, end));
            } else {
                int close = name.indexOf(']', end);
                if (close < 0) {
                    throw Failure.value("a format has '[' without ']'");
                }
                String key = name.substring(end + 1, close);
                value = Attributes.item(value, isIndex(key) ? (Object) Long.valueOf(key) : key, rendering.budget());
                end = close + 1;
            }
        }
        return value;
    }

    private static boolean isIndex(String text) {
        return !text.isEmpty() && text.length() < 10 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private Object first(String name) {
        if (!name.isEmpty() && !isIndex(name)) {
            if (!arguments.named().containsKey(name)) {
                throw Failure.of("the format names '" + name + "', which is not given");
            }
            return arguments.named().get(name);
        }
        if (name.isEmpty() ? numbered : automatic > 0) {
            throw Failure.value("a format has both numbered and unnumbered fields");
        }
        numbered = !name.isEmpty();
        int index = name.isEmpty() ? automatic++ : Integer.parseInt(name);
        if (index >= arguments.positional().size()) {
            throw Failure.of("the format needs more values than are given");
        }
        return arguments.positional().get(index);
    }
}
