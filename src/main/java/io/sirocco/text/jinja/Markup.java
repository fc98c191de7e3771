package io.sirocco.text.jinja;

/** A text that is marked as safe HTML. Texts joined to it with + are escaped first, which published templates rely on or trip over. */
record Markup(String text) {

    static Markup escape(Object value, Budget budget) {
        if (value instanceof Markup markup) {
            return markup;
        }
        String text = Repr.str(value, budget);
        StringBuilder escaped = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&#34;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.append(c);
            }
        }
        budget.text(escaped.length());
        return new Markup(escaped.toString());
    }
}
