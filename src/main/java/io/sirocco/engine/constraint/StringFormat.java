package io.sirocco.engine.constraint;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.lucene.util.automaton.Automaton;

/** JSON Schema's formats of strings, in a form that every validator takes: RFC 3339 without leap seconds, plain e-mail addresses. */
enum StringFormat {
    DATE(Patterns.DATE),
    TIME(Patterns.TIME),
    DATE_TIME("(" + Patterns.DATE + ")T" + Patterns.TIME),
    UUID("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    IPV4("((\\d|[1-9]\\d|1\\d\\d|2[0-4]\\d|25[0-5])\\.){3}(\\d|[1-9]\\d|1\\d\\d|2[0-4]\\d|25[0-5])"),
    EMAIL("[A-Za-z0-9_+\\-]{1,30}(\\.[A-Za-z0-9_+\\-]{1,16}){0,2}"
            + "@([A-Za-z0-9]([A-Za-z0-9\\-]{0,20}[A-Za-z0-9])?\\.){1,3}(" + Patterns.TOP_DOMAINS + ")");

    private static final class Patterns {
        /** Top-level domains: those of the countries (ISO 3166), and some others; validators refuse unknown ones. */
        private static final String TOP_DOMAINS =
                "com|org|net|edu|gov|int|mil|info|biz|name|pro|app|dev|ac|ad|ae|af|ag|ai|al|am|ao|aq|ar|as|at|au|aw|"
                        + "ax|az|ba|bb|bd|be|bf|bg|bh|bi|bj|bm|bn|bo|br|bs|bt|bw|by|bz|ca|cc|cd|cf|cg|ch|ci|ck|cl|cm|cn|co|cr|"
                        + "cu|cv|cw|cx|cy|cz|de|dj|dk|dm|do|dz|ec|ee|eg|er|es|et|eu|fi|fj|fk|fm|fo|fr|ga|gb|gd|ge|gf|gg|gh|gi|"
                        + "gl|gm|gn|gp|gq|gr|gs|gt|gu|gw|gy|hk|hm|hn|hr|ht|hu|id|ie|il|im|in|io|iq|ir|is|it|je|jm|jo|jp|ke|kg|"
                        + "kh|ki|km|kn|kp|kr|kw|ky|kz|la|lb|lc|li|lk|lr|ls|lt|lu|lv|ly|ma|mc|md|me|mg|mh|mk|ml|mm|mn|mo|mp|mq|"
                        + "mr|ms|mt|mu|mv|mw|mx|my|mz|na|nc|ne|nf|ng|ni|nl|no|np|nr|nu|nz|om|pa|pe|pf|pg|ph|pk|pl|pm|pn|pr|ps|"
                        + "pt|pw|py|qa|re|ro|rs|ru|rw|sa|sb|sc|sd|se|sg|sh|si|sk|sl|sm|sn|so|sr|st|sv|sy|sz|tc|td|tf|tg|th|tj|"
                        + "tk|tl|tm|tn|to|tr|tt|tv|tw|tz|ua|ug|uk|us|uy|uz|va|vc|ve|vg|vi|vn|vu|wf|ws|ye|yt|za|zm|zw";

        private static final String LEAP_YEAR = "(\\d\\d(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)";
        private static final String DATE =
                "(\\d{4}-((0[13578]|1[02])-(0[1-9]|[12]\\d|3[01])|(0[469]|11)-(0[1-9]|[12]\\d|30)|02-(0[1-9]|1\\d|2[0-8])))|"
                        + LEAP_YEAR + "-02-29";
        // Offsets of less than 18 hours: RFC 3339 has up to 23:59, but java.time, on which validators stand, no more
        // than 18:00.
        private static final String TIME =
                "([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,9})?(Z|[+\\-](0\\d|1[0-7]):[0-5]\\d)";

        private Patterns() {}
    }

    private final String pattern;

    StringFormat(String pattern) {
        this.pattern = pattern;
    }

    /** The texts of this format, over code points. */
    Automaton texts() {
        return RegexParser.parse(pattern, "format " + key());
    }

    private String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Optional<StringFormat> of(String key) {
        return Arrays.stream(values())
                .filter(format -> format.key().equals(key))
                .findFirst();
    }

    static String keys() {
        return Arrays.stream(values()).map(StringFormat::key).collect(Collectors.joining(", "));
    }
}
