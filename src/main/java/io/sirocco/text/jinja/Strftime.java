package io.sirocco.text.jinja;

import java.time.LocalDateTime;
import java.time.format.TextStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.IsoFields;
import java.util.Locale;

/** Python's {@code datetime.strftime} in the C locale. */
final class Strftime {
    private Strftime() {}

    static String format(LocalDateTime time, String format) {
        StringBuilder out = new StringBuilder();
        int at = 0;
        while (at < format.length()) {
            char c = format.charAt(at++);
            if (c != '%' || at == format.length()) {
                out.append(c);
                continue;
            }
            char flag = format.charAt(at);
            boolean flagged = (flag == '-' || flag == '_' || flag == '0') && at + 1 < format.length();
            at += flagged ? 1 : 0;
            out.append(field(time, format.charAt(at++), flagged ? flag : 0));
        }
        return out.toString();
    }

    private static String field(LocalDateTime time, char code, char flag) {
        return switch (code) {
            case 'a' -> time.getDayOfWeek().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
            case 'A' -> time.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
            case 'w' -> "" + time.getDayOfWeek().getValue() % 7;
            case 'u' -> "" + time.getDayOfWeek().getValue();
            case 'd' -> number(time.getDayOfMonth(), 2, flag, '0');
            case 'e' -> number(time.getDayOfMonth(), 2, flag, ' ');
            case 'b', 'h' -> time.getMonth().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
            case 'B' -> time.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
            case 'm' -> number(time.getMonthValue(), 2, flag, '0');
            case 'y' -> number(time.getYear() % 100, 2, flag, '0');
            case 'Y' -> "" + time.getYear();
            case 'C' -> number(time.getYear() / 100, 2, flag, '0');
            case 'G' -> "" + time.get(IsoFields.WEEK_BASED_YEAR);
            case 'g' -> number(time.get(IsoFields.WEEK_BASED_YEAR) % 100, 2, flag, '0');
            case 'H' -> number(time.getHour(), 2, flag, '0');
            case 'k' -> number(time.getHour(), 2, flag, ' ');
            case 'I' -> number(time.get(ChronoField.CLOCK_HOUR_OF_AMPM), 2, flag, '0');
            case 'l' -> number(time.get(ChronoField.CLOCK_HOUR_OF_AMPM), 2, flag, ' ');
            case 'p' -> time.getHour() < 12 ? "AM" : "PM";
            case 'P' -> time.getHour() < 12 ? "am" : "pm";
            case 'M' -> number(time.getMinute(), 2, flag, '0');
            case 'S' -> number(time.getSecond(), 2, flag, '0');
            case 'f' -> number(time.getNano() / 1000, 6, (char) 0, '0');
            case 'z', 'Z' -> "";
            case 'j' -> number(time.getDayOfYear(), 3, flag, '0');
            case 'U' -> number((time.getDayOfYear() + 6 - time.getDayOfWeek().getValue() % 7) / 7, 2, flag, '0');
            case 'W' -> number((time.getDayOfYear() + 7 - time.getDayOfWeek().getValue()) / 7, 2, flag, '0');
            case 'V' -> number(time.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR), 2, flag, '0');
            case 'c' -> format(time, "%a %b %e %H:%M:%S %Y");
            case 'x', 'D' -> format(time, "%m/%d/%y");
            case 'X', 'T' -> format(time, "%H:%M:%S");
            case 'F' -> format(time, "%Y-%m-%d");
            case 'R' -> format(time, "%H:%M");
            case 'r' -> format(time, "%I:%M:%S %p");
            case 'n' -> "\n";
            case 't' -> "\t";
            case '%' -> "%";
            default -> throw Failure.unsupported("%" + code + " in strftime_now");
        };
    }

    /** @param flag of the format: - for no padding, _ for spaces, 0 for zeros, 0 as a number for the field's own */
    private static String number(int value, int width, char flag, char usual) {
        String digits = Integer.toString(value);
        char pad = flag == '_' ? ' ' : flag == '0' ? '0' : usual;
        return flag == '-' ? digits : String.valueOf(pad).repeat(Math.max(0, width - digits.length())) + digits;
    }
}
