package dev.finspect.tcp;

/** Durations and sizes as short text, truncated, never rounded up. */
public final class HumanUnits {
    private static final String[] BYTE_UNITS = {"kB", "MB", "GB", "TB", "PB", "EB"};

    private HumanUnits() {}

    /** {@code 850us}, {@code 12.3ms}, {@code 1.234s}, {@code 3m05s}, {@code 2h07m}, {@code 3d04h}. */
    public static String duration(long nanos) {
        if (nanos < 0) {
            return "-" + duration(nanos == Long.MIN_VALUE ? Long.MAX_VALUE : -nanos);
        }
        long micros = nanos / 1_000;
        if (micros < 1_000) {
            return micros + "us";
        }
        if (micros < 1_000_000) {
            return micros / 1_000 + "." + micros % 1_000 / 100 + "ms";
        }
        long seconds = micros / 1_000_000;
        if (seconds < 60) {
            return seconds + "." + padded(micros / 1_000 % 1_000, 3) + "s";
        }
        if (seconds < 3_600) {
            return seconds / 60 + "m" + padded(seconds % 60, 2) + "s";
        }
        if (seconds < 86_400) {
            return seconds / 3_600 + "h" + padded(seconds / 60 % 60, 2) + "m";
        }
        return seconds / 86_400 + "d" + padded(seconds / 3_600 % 24, 2) + "h";
    }

    /** {@code 999B}, {@code 1.2kB}, {@code 4.0MB}: powers of ten. */
    public static String bytes(long bytes) {
        if (bytes < 1_000) {
            return bytes + "B";
        }
        long tenths = bytes / 100;
        int unit = 0;
        while (tenths >= 10_000) {
            tenths /= 1_000;
            unit++;
        }
        return tenths / 10 + "." + tenths % 10 + BYTE_UNITS[unit];
    }

    /** For sentences: {@code 850 us}, {@code 12 ms}, {@code 3.2 s}, {@code 42 s}, {@code 3 min 5 s}, {@code 2 h 7 min}, {@code 3 d 4 h}. */
    public static String spokenDuration(long nanos) {
        long micros = Math.max(0, nanos) / 1_000;
        if (micros < 1_000) {
            return micros + " us";
        }
        if (micros < 1_000_000) {
            return micros / 1_000 + " ms";
        }
        long seconds = micros / 1_000_000;
        if (seconds < 10) {
            return seconds + "." + micros / 100_000 % 10 + " s";
        }
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3_600) {
            return seconds / 60 + " min " + seconds % 60 + " s";
        }
        if (seconds < 86_400) {
            return seconds / 3_600 + " h " + seconds / 60 % 60 + " min";
        }
        return seconds / 86_400 + " d " + seconds / 3_600 % 24 + " h";
    }

    /** For sentences: {@code 1 byte}, {@code 512 bytes}, {@code 1.2 kB}. */
    public static String spokenBytes(long bytes) {
        if (bytes == 1) {
            return "1 byte";
        }
        if (bytes < 1_000) {
            return bytes + " bytes";
        }
        String text = bytes(bytes);
        return text.substring(0, text.length() - 2) + " " + text.substring(text.length() - 2);
    }

    /** {@code 1 session}, {@code 1204 sessions}: a number with what it counts, a noun whose plural has an s. */
    public static String count(long number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }

    private static String padded(long value, int digits) {
        String text = Long.toString(value);
        return "0".repeat(Math.max(0, digits - text.length())) + text;
    }
}
