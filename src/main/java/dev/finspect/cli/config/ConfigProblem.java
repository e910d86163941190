package dev.finspect.cli.config;

/**
 * One error in the configuration.
 *
 * @param location where it was written
 * @param what the error, without a full stop
 * @param remedy how to fix it, a whole sentence
 */
public record ConfigProblem(Location location, String what, String remedy) {
    /** {@code FILE:LINE:COL: error. Remedy.} Control characters of the input are shown as {@code ?}. */
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
