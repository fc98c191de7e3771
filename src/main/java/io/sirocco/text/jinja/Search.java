package io.sirocco.text.jinja;

import java.util.ArrayList;
import java.util.List;

/** Finds texts in texts, in time linear in their lengths however hostile they are. */
final class Search {
    /** Above this length of what is sought, {@link String#indexOf} could take too long: its worst case is the product of both lengths. */
    private static final int SHORT = 32;

    private Search() {}

    /** The first offset from {@code from} at which {@code sought} stands, or -1. */
    static int first(String text, String sought, int from, Budget budget) {
        if (sought.length() <= SHORT) {
            int found = text.indexOf(sought, from);
            budget.work((found < 0 ? text.length() : found) - (long) from + sought.length());
            return found;
        }
        budget.work(text.length() - (long) from + sought.length());
        return knuthMorrisPratt(text, sought, from);
    }

    /** The last offset at which {@code sought} stands wholly before {@code end}, or -1. */
    static int last(String text, String sought, int end, Budget budget) {
        if (sought.length() <= SHORT) {
            int found = text.lastIndexOf(sought, end - sought.length());
            budget.work(end + (long) sought.length());
            return end < sought.length() ? -1 : found;
        }
        budget.text(end + (long) sought.length());
        int found = knuthMorrisPratt(reversed(text.substring(0, end)), reversed(sought), 0);
        return found < 0 ? -1 : end - found - sought.length();
    }

    /** All offsets at which {@code sought}, which is not empty, stands without overlapping, at most {@code limit}. */
    static List<Integer> all(String text, String sought, long limit, Budget budget) {
        List<Integer> offsets = new ArrayList<>();
        int at = offsets.size() < limit ? first(text, sought, 0, budget) : -1;
        while (at >= 0) {
            budget.elements(1);
            offsets.add(at);
            at = offsets.size() < limit ? first(text, sought, at + sought.length(), budget) : -1;
        }
        return offsets;
    }

    /** By UTF-16 units: unlike StringBuilder.reverse, which keeps surrogate pairs, so that offsets stay those of the text. */
    private static String reversed(String text) {
        char[] units = new char[text.length()];
        for (int i = 0; i < units.length; i++) {
            units[i] = text.charAt(units.length - 1 - i);
        }
        return new String(units);
    }

    private static int knuthMorrisPratt(String text, String sought, int from) {
        int[] border = new int[sought.length() + 1];
        border[0] = -1;
        for (int i = 0, j = -1; i < sought.length(); ) {
            while (j >= 0 && sought.charAt(i) != sought.charAt(j)) {
                j = border[j];
            }
            border[++i] = ++j;
        }
        for (int i = from, j = 0; i < text.length(); ) {
            while (j >= 0 && text.charAt(i) != sought.charAt(j)) {
                j = border[j];
            }
            i++;
            if (++j == sought.length()) {
                return i - j;
            }
        }
        return -1;
    }
}
