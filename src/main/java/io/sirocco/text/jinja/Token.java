package io.sirocco.text.jinja;

/**
 * A token of a template.
 *
 * @param text what is compared and shown: the name, the operator, the template text; of a string literal its value
 * @param number of a number literal its Long or Double, otherwise null
 * @param line of the source, counted from 1
 */
record Token(Kind kind, String text, Number number, int line) {

    enum Kind {
        TEXT("template text"),
        PRINT_BEGIN("'{{'"),
        PRINT_END("'}}'"),
        BLOCK_BEGIN("'{%'"),
        BLOCK_END("'%}'"),
        NAME("name"),
        STRING("string"),
        NUMBER("number"),
        OPERATOR("operator"),
        END("end of the template");

        private final String shown;

        Kind(String shown) {
            this.shown = shown;
        }

        String shown() {
            return shown;
        }
    }

    boolean isOperator(String operator) {
        return kind == Kind.OPERATOR && text.equals(operator);
    }

    boolean isName(String name) {
        return kind == Kind.NAME && text.equals(name);
    }

    String shown() {
        return kind == Kind.NAME || kind == Kind.OPERATOR || kind == Kind.NUMBER ? "'" + text + "'" : kind.shown;
    }
}
