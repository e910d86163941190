package dev.finspect.log.line;

/**
 * Writes a wall-clock time as RFC 3339 in UTC with nine digits after the second: {@code 2026-01-02T03:04:05.123456789Z}.
 *
 * <p>Takes nanoseconds since the Unix epoch, so the years 1677 to 2262. Pure, without allocation.
 */
public final class Rfc3339 {
    /** Length of a time in bytes. */
    public static final int LENGTH = 30;

    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final long SECONDS_PER_DAY = 86_400L;
    /** Days from 0000-03-01 to 1970-01-01 in the proleptic Gregorian calendar. */
    private static final long DAYS_TO_EPOCH = 719_468L;

    private static final int DAYS_PER_ERA = 146_097;

    private Rfc3339() {}

    /** Writes {@value #LENGTH} ASCII bytes into {@code out} from {@code at} on. */
    public static void write(long epochNanos, byte[] out, int at) {
        long seconds = Math.floorDiv(epochNanos, NANOS_PER_SECOND);
        writeSecond(seconds, out, at);
        writeFraction((int) (epochNanos - seconds * NANOS_PER_SECOND), out, at);
    }

    /** Writes everything except the fraction of the second. */
    public static void writeSecond(long epochSeconds, byte[] out, int at) {
        long days = Math.floorDiv(epochSeconds, SECONDS_PER_DAY);
        int secondOfDay = (int) (epochSeconds - days * SECONDS_PER_DAY);
        date(days, out, at);
        out[at + 10] = 'T';
        two(secondOfDay / 3600, out, at + 11);
        out[at + 13] = ':';
        two(secondOfDay / 60 % 60, out, at + 14);
        out[at + 16] = ':';
        two(secondOfDay % 60, out, at + 17);
        out[at + 19] = '.';
        out[at + 29] = 'Z';
    }

    /** Writes the fraction of a second, in nanoseconds, into a time that begins at index {@code at}. */
    public static void writeFraction(int nanos, byte[] out, int at) {
        DecimalSeconds.nineDigits(nanos, out, at + 20);
    }

    /** Year, month and day of a day number. Counts years from March, so that the leap day comes last. */
    private static void date(long epochDay, byte[] out, int at) {
        long shifted = epochDay + DAYS_TO_EPOCH;
        int era = (int) (shifted / DAYS_PER_ERA);
        int dayOfEra = (int) (shifted - (long) era * DAYS_PER_ERA);
        int yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        int monthFromMarch = (5 * dayOfYear + 2) / 153;
        int month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
        int year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
        two(year / 100, out, at);
        two(year % 100, out, at + 2);
        out[at + 4] = '-';
        two(month, out, at + 5);
        out[at + 7] = '-';
        two(dayOfYear - (153 * monthFromMarch + 2) / 5 + 1, out, at + 8);
    }

    private static void two(int value, byte[] out, int at) {
        out[at] = (byte) ('0' + value / 10);
        out[at + 1] = (byte) ('0' + value % 10);
    }
}
