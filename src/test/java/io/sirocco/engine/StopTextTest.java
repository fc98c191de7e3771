package io.sirocco.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.junit.jupiter.api.Test;

class StopTextTest {

    @Test
    void foundAcrossPiecesAndCut() {
        StopText stop = new StopText(List.of("END"), false);
        assertNull(stop.add("the E"));
        assertNull(stop.add("N"));
        assertEquals("END", stop.add("D of it"));
        assertEquals("the ", stop.text());
    }

    @Test
    void theOneThatBeginsFirstWins() {
        StopText stop = new StopText(List.of("b", "ab"), false);
        assertEquals("ab", stop.add("xab"));
        assertEquals("x", stop.text());
    }

    @Test
    void nothingToFindLeavesTheText() {
        StopText stop = new StopText(List.of("###"), false);
        assertNull(stop.add("##"));
        assertNull(stop.add("a#"));
        assertEquals("##a#", stop.text());
    }
}
