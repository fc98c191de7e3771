package io.sirocco.engine.constraint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The dialect means what java.util.regex means by it, or is refused. */
class RegexParserTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "abc",
                "a|bc|",
                "(a|b)*c+",
                "a{2}b{1,3}c{2,}",
                "(?:ab)+?c??",
                "(?<n>a)b",
                "[a-c]+[^a-c]?",
                "[\\]-a]*",
                "\\d+\\D\\w\\W\\s\\S",
                "[\\d\\-x]+",
                ".*a.",
                "\\x61\\u0062\\n?\\t*",
                "é+[ü-ÿ]",
                "\\.\\*\\[\\(\\{\\|\\\\",
                "^a$|^b",
                "(a(b(c|a)*)?)*",
                "a-b,{2}"
            })
    void allowsTheTextsThatJavaMatches(String regex) {
        ByteDfa dfa = Compiler.dfa(new Constraint.Regex(regex));
        Pattern pattern = Pattern.compile(regex);
        Random random = new Random(regex.hashCode());
        int matches = 0;
        for (int i = 0; i < 50_000; i++) {
            String text = text(random);
            boolean expected = pattern.matcher(text).matches();
            assertEquals(expected, dfa.accepts(text.getBytes(StandardCharsets.UTF_8)), "\"" + text + "\"");
            matches += expected ? 1 : 0;
        }
        ShortestPaths paths = new ShortestPaths(dfa);
        StringBuilder shortest = new StringBuilder();
        for (int state = dfa.start(); paths.bytes(state) > 0; state = paths.next(state)) {
            shortest.append((char) (paths.nextByte(state) & 0xFF));
        }
        byte[] bytes = shortest.toString().getBytes(StandardCharsets.ISO_8859_1);
        assertTrue(pattern.matcher(new String(bytes, StandardCharsets.UTF_8)).matches());
        assertTrue(matches > 0 || bytes.length > 3, "no text of the test matches");
    }

    private static String text(Random random) {
        String alphabet = "aaabbbcccx_0-1 \n\t.]é\u00fc\u2028,\ud83d\ude00";
        int[] chars = alphabet.codePoints().toArray();
        StringBuilder text = new StringBuilder();
        for (int n = random.nextInt(9); n > 0; n--) {
            text.appendCodePoint(chars[random.nextInt(chars.length)]);
        }
        return text.toString();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '~',
            delimiter = '\t',
            value = {
                "a(?=b)\t2",
                "(?i)a\t1",
                "(a)\\1\t4",
                "\\bx\t1",
                "a\\p{L}\t2",
                "a**\t3",
                "a*+\t3",
                "*a\t1",
                "a{,3}\t2",
                "a{3,2}\t2",
                "a{1001}\t2",
                "a{\t2",
                "[b-a]\t2",
                "[a\t1",
                "[]\t1",
                "(a\t1",
                "a)\t2",
                "a^b\t2",
                "(a$)\t3",
                "\\u12\t1",
                "[a&&b]\t3",
                "a\\\t2"
            })
    void refusesTheRestByItsPlace(String regex, int place) {
        ConstraintException e = assertThrows(ConstraintException.class, () -> new Constraint.Regex(regex).check());
        assertTrue(e.getMessage().contains("at character " + place + ","), e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"((a{1000}){1000}){1000}", "(.*a.{30}){30}", "(a|b)*a(a|b){30}"})
    void refusesWhatWouldNotFit(String regex) {
        ConstraintException e = assertThrows(ConstraintException.class, () -> new Constraint.Regex(regex).check());
        assertTrue(e.getMessage().contains("too large"), e.getMessage());
    }

    @Test
    void aLongPatternIsNotShownAsAWhole() {
        String deep = "(".repeat(1000) + "a" + ")".repeat(1000);
        String message = assertThrows(ConstraintException.class, () -> new Constraint.Regex(deep).check())
                .getMessage();
        assertTrue(message.length() < 400, message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[\\uD800-\\uDFFF]", "a[\\uD801]b"})
    void refusesWhatNoTextCanBe(String regex) {
        assertThrows(ConstraintException.class, () -> new Constraint.Regex(regex).check());
    }

    @Test
    void textIsUtf8AndNothingElse() {
        ByteDfa dfa = Compiler.dfa(new Constraint.Regex("[^\"]"));
        byte[] bytes = new byte[4];
        int accepted = 0;
        for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
            boolean is = dfa.accepts(Character.toString(c).getBytes(StandardCharsets.UTF_8));
            boolean surrogate = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
            assertEquals(c != '"', is || surrogate, "U+" + Integer.toHexString(c));
        }
        // All bytes but the last, which goes with many others.
        for (int i = 0; i < 1 << 24; i++) {
            bytes[0] = (byte) (i >> 16);
            bytes[1] = (byte) (i >> 8);
            bytes[2] = (byte) i;
            bytes[3] = (byte) 0x80;
            accepted += dfa.accepts(bytes) ? 1 : 0;
        }
        assertEquals(0x100000 / 64, accepted, "characters of four bytes of which the last is 80");
    }
}
