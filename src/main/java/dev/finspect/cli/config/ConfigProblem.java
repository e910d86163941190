package dev.finspect.cli.config;

/**
 * One thing that is wrong with the configuration.
 *
 * @param location where it was written
 * @param what is wrong, without a full stop
 * @param remedy what to do about it, a whole sentence
 */
public record ConfigProblem(Location location, String what, String remedy) {
    /** {@code FILE:LINE:COL: what is wrong. How to mend it.} Control characters of the input are shown as {@code ?}. */
    @Override
    public String toString() {
        return printable(location + ": " + what + ". " + remedy);
    }

    private static String printable(String text) {
        StringBuilder line = new StringBuilder(text.length());
        text.codePoints().forEach(c -> line.appendCodePoint(Character.isISOControl(c) ? '?' : c));
        return line.toString();
    }
}
