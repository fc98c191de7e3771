package io.sirocco.engine.constraint;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.apache.lucene.util.automaton.Automata;
import org.apache.lucene.util.automaton.Automaton;
import org.apache.lucene.util.automaton.Operations;

/**
 * Regular expressions in the words that Java, Python and ECMAScript share, as automata over code points:
 *
 * <ul>
 *   <li>literals; {@code .} (any character but the line ends {@code \n \r U+0085 U+2028 U+2029}); sets such as {@code [a-z_]} and
 *       {@code [^"]}
 *   <li>{@code \d \w \s} and their opposites, which are ASCII's; {@code \t \n \r \f \v}, <code>&#92;xHH</code>,
 *       <code>&#92;uHHHH</code>, <code>&#92;u{H…}</code>; a backslash before any other character that is neither letter nor digit
 *   <li>{@code ab}, {@code a|b}, groups {@code (…)}, {@code (?:…)} and {@code (?<name>…)}
 *   <li>{@code * + ?} and {@code {n} {n,} {n,m}}, up to 1,000; lazy ones ({@code *?}) allow the same texts
 *   <li>{@code ^} and {@code $} at the ends of the alternatives of the whole expression
 * </ul>
 *
 * <p>All else is refused by its place: back references, looking ahead or behind, word borders, properties of characters, flags. Lucene's
 * own parser is not used, because to it {@code "#@&<>~} are operators, {@code ^} and {@code $} are characters, and {@code \n} is an n.
 */
final class RegexParser {

    private static final int MAX_REPEAT = 1000;
    private static final int MAX_DEPTH = 200;
    private static final int MAX_LENGTH = 1 << 16;

    /** Characters of a pattern in a message. */
    private static final int MOST_SHOWN = 200;

    private final String pattern;
    private final int[] chars;
    private final String name;
    private final boolean search;
    private int at;
    private int depth;

    private RegexParser(String pattern, String name, boolean search) {
        this.pattern = pattern;
        this.chars = pattern.codePoints().toArray();
        this.name = name;
        this.search = search;
    }

    /**
     * The texts that match as a whole.
     *
     * @param name what the pattern is, for messages
     * @throws ConstraintException naming the place of what is wrong or not supported
     */
    static Automaton parse(String pattern, String name) {
        return new RegexParser(pattern, name, false).parse();
    }

    /** The texts in which something matches, as JSON Schema's {@code pattern} has it. */
    static Automaton parseSearch(String pattern, String name) {
        return new RegexParser(pattern, name, true).parse();
    }

    private Automaton parse() {
        if (chars.length > MAX_LENGTH) {
            throw new ConstraintException(
                    name + " has " + chars.length + " characters; expected at most " + MAX_LENGTH);
        }
        List<Automaton> alternatives = new ArrayList<>();
        do {
            boolean begins = skip('^');
            Automaton body = sequence();
            boolean ends = skip('$');
            if (search) {
                List<Automaton> parts = new ArrayList<>();
                parts.add(begins ? Automata.makeEmptyString() : Automata.makeAnyString());
                parts.add(body);
                parts.add(ends ? Automata.makeEmptyString() : Automata.makeAnyString());
                body = Operations.concatenate(parts);
            }
            alternatives.add(body);
        } while (skip('|'));
        if (at < chars.length) {
            throw refuse(
                    chars[at] == ')'
                            ? "\")\" without \"(\""
                            : "\"" + Character.toString(chars[at]) + "\" inside of an alternative",
                    at);
        }
        return Operations.union(alternatives);
    }

    private Automaton union() {
        if (++depth > MAX_DEPTH) {
            throw refuse("groups nested more than " + MAX_DEPTH + " deep", at);
        }
        List<Automaton> alternatives = new ArrayList<>();
        do {
            alternatives.add(sequence());
        } while (skip('|'));
        depth--;
        return Operations.union(alternatives);
    }

    private Automaton sequence() {
        List<Automaton> parts = new ArrayList<>();
        long states = 0;
        while (at < chars.length && chars[at] != '|' && chars[at] != ')' && chars[at] != '$') {
            Automaton part = repeated(atom());
            states += part.getNumStates();
            ByteAutomata.require(states, name);
            parts.add(part);
        }
        return parts.isEmpty() ? Automata.makeEmptyString() : Operations.concatenate(parts);
    }

    private Automaton repeated(Automaton atom) {
        if (at == chars.length) {
            return atom;
        }
        int begin = at;
        int least;
        int most;
        switch (chars[at]) {
            case '*' -> {
                least = 0;
                most = -1;
                at++;
            }
            case '+' -> {
                least = 1;
                most = -1;
                at++;
            }
            case '?' -> {
                least = 0;
                most = 1;
                at++;
            }
            case '{' -> {
                at++;
                least = number(begin);
                most = skip(',') ? (at < chars.length && chars[at] == '}' ? -1 : number(begin)) : least;
                if (!skip('}') || (most >= 0 && most < least)) {
                    throw refuse("\"{\" that begins no repetition such as {2,5} (as a character it is \\{)", begin);
                }
            }
            default -> {
                return atom;
            }
        }
        skip('?'); // lazy: the same texts
        if (at < chars.length && "*+?{".indexOf(chars[at]) >= 0) {
            throw refuse("a repetition of a repetition", at);
        }
        ByteAutomata.require((long) atom.getNumStates() * Math.max(1, Math.max(least, most)), name);
        return most < 0 ? Operations.repeat(atom, least) : Operations.repeat(atom, least, most);
    }

    private int number(int begin) {
        int from = at;
        int value = 0;
        while (at < chars.length && chars[at] >= '0' && chars[at] <= '9' && value <= MAX_REPEAT) {
            value = 10 * value + chars[at++] - '0';
        }
        if (at == from) {
            throw refuse("\"{\" that begins no repetition such as {2,5} (as a character it is \\{)", begin);
        }
        if (value > MAX_REPEAT) {
            throw refuse("a repetition of more than " + MAX_REPEAT, begin);
        }
        return value;
    }

    private Automaton atom() {
        int begin = at;
        int c = chars[at++];
        return switch (c) {
            case '(' -> group(begin);
            case '[' -> automaton(set(begin));
            case '.' -> automaton(any());
            case '\\' -> automaton(escape(begin, false));
            case '*', '+', '?' -> throw refuse("a repetition of nothing", begin);
            case '{' -> throw refuse("\"{\" without something to repeat (as a character it is \\{)", begin);
            case '^' -> throw refuse("\"^\" inside of an alternative", begin);
            default -> Automata.makeChar(c);
        };
    }

    private Automaton group(int begin) {
        if (skip('?') && !skip(':')) {
            boolean named = at + 1 < chars.length && chars[at] == '<' && Character.isLetter(chars[at + 1]);
            if (!named) {
                throw refuse("\"(?\" of any kind but (?:…) and (?<name>…)", begin);
            }
            while (at < chars.length && chars[at] != '>') {
                at++;
            }
            at++;
        }
        Automaton inner = union();
        if (!skip(')')) {
            throw at < chars.length ? refuse("\"$\" inside of a group", at) : refuse("\"(\" without \")\"", begin);
        }
        return inner;
    }

    private BitSet set(int begin) {
        boolean negated = skip('^');
        BitSet set = new BitSet();
        while (at < chars.length && chars[at] != ']') {
            int from = at;
            BitSet left = member();
            if (at + 1 < chars.length && chars[at] == '-' && chars[at + 1] != ']') {
                at++;
                BitSet right = member();
                if (left.cardinality() != 1 || right.cardinality() != 1 || left.length() > right.length()) {
                    throw refuse("a range that does not go from one character up to another", from);
                }
                set.set(left.length() - 1, right.length());
            } else {
                set.or(left);
            }
        }
        if (!skip(']')) {
            throw refuse("\"[\" without \"]\"", begin);
        }
        if (negated) {
            set.flip(0, Character.MAX_CODE_POINT + 1);
        }
        if (set.isEmpty()) {
            throw refuse("a set of no characters", begin);
        }
        return set;
    }

    private BitSet member() {
        int begin = at;
        int c = chars[at++];
        if (c == '[' || (c == '&' && at < chars.length && chars[at] == '&')) {
            throw refuse("\"" + Character.toString(c) + "\" in a set (put a backslash before it)", begin);
        }
        return c == '\\' ? escape(begin, true) : one(c);
    }

    private BitSet escape(int begin, boolean inSet) {
        if (at == chars.length) {
            throw refuse("a backslash at the end", begin);
        }
        int c = chars[at++];
        return switch (c) {
            case 'd' -> digits();
            case 'D' -> not(digits());
            case 'w' -> word();
            case 'W' -> not(word());
            case 's' -> space();
            case 'S' -> not(space());
            case 't' -> one('\t');
            case 'n' -> one('\n');
            case 'r' -> one('\r');
            case 'f' -> one('\f');
            case 'v' -> one(0x0B);
            case 'x' -> one(hex(2, begin));
            case 'u' -> one(skip('{') ? braced(begin) : hex(4, begin));
            default -> {
                if (Character.isLetterOrDigit(c)) {
                    throw refuse("\"\\" + Character.toString(c) + "\"" + (inSet ? " in a set" : ""), begin);
                }
                yield one(c);
            }
        };
    }

    private int hex(int digits, int begin) {
        int value = 0;
        for (int i = 0; i < digits; i++) {
            int digit = at < chars.length ? Character.digit(chars[at++], 16) : -1;
            if (digit < 0) {
                throw refuse("an escape that lacks some of its " + digits + " hexadecimal digits", begin);
            }
            value = 16 * value + digit;
        }
        return value;
    }

    private int braced(int begin) {
        int value = 0;
        int from = at;
        while (at < chars.length && chars[at] != '}' && value <= Character.MAX_CODE_POINT) {
            value = 16 * value + Math.max(0, hex(1, begin));
        }
        if (at == from || value > Character.MAX_CODE_POINT || !skip('}')) {
            throw refuse("an escape of no code point", begin);
        }
        return value;
    }

    private boolean skip(char c) {
        boolean there = at < chars.length && chars[at] == c;
        at += there ? 1 : 0;
        return there;
    }

    private ConstraintException refuse(String what, int where) {
        String shown = pattern.length() > MOST_SHOWN ? pattern.substring(0, MOST_SHOWN) + "…" : pattern;
        return new ConstraintException(
                name + " " + shown + " has, at character " + (where + 1) + ", " + what + ", which is not supported");
    }

    private static Automaton automaton(BitSet set) {
        int ranges = 0;
        int[] from = new int[8];
        int[] to = new int[8];
        for (int begin = set.nextSetBit(0); begin >= 0; begin = set.nextSetBit(to[ranges - 1] + 1)) {
            if (ranges == from.length) {
                from = Arrays.copyOf(from, 2 * ranges);
                to = Arrays.copyOf(to, 2 * ranges);
            }
            from[ranges] = begin;
            to[ranges++] = set.nextClearBit(begin) - 1;
        }
        return Automata.makeCharClass(Arrays.copyOf(from, ranges), Arrays.copyOf(to, ranges));
    }

    private static BitSet one(int c) {
        BitSet set = new BitSet();
        set.set(c);
        return set;
    }

    private static BitSet digits() {
        BitSet set = new BitSet();
        set.set('0', '9' + 1);
        return set;
    }

    private static BitSet word() {
        BitSet set = digits();
        set.set('a', 'z' + 1);
        set.set('A', 'Z' + 1);
        set.set('_');
        return set;
    }

    private static BitSet space() {
        BitSet set = new BitSet();
        set.set('\t', '\r' + 1);
        set.set(' ');
        return set;
    }

    private static BitSet any() {
        BitSet set = new BitSet();
        set.set('\n');
        set.set('\r');
        set.set(0x85);
        set.set(0x2028);
        set.set(0x2029);
        return not(set);
    }

    private static BitSet not(BitSet set) {
        BitSet rest = (BitSet) set.clone();
        rest.flip(0, Character.MAX_CODE_POINT + 1);
        return rest;
    }
}
