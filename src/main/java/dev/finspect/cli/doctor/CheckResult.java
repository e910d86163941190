package dev.finspect.cli.doctor;

/**
 * The result of a check.
 *
 * @param check the check's name
 * @param found the state of this machine, in a few words
 * @param gain how to get what is missing, in whole sentences; empty if nothing is missing
 */
public record CheckResult(String check, Grade grade, String found, String gain) {
    /** The grade of a result. */
    public enum Grade {
        /** Works fully. */
        OK("ok"),
        /** Works, with less than other machines offer. */
        LESS("less"),
        /** Not available; finspect works without it. */
        MISSING("missing"),
        /** Unknown: it could not be tried. */
        UNTRIED("untried"),
        /** finspect cannot work on this machine. */
        BROKEN("broken");

        private final String label;

        Grade(String label) {
            this.label = label;
        }

        /** The label in the table and in JSON. */
        public String label() {
            return label;
        }
    }

    static CheckResult ok(String check, String found) {
        return new CheckResult(check, Grade.OK, found, "");
    }

    static CheckResult less(String check, String found, String gain) {
        return new CheckResult(check, Grade.LESS, found, gain);
    }

    static CheckResult missing(String check, String found, String gain) {
        return new CheckResult(check, Grade.MISSING, found, gain);
    }

    static CheckResult untried(String check, String found, String gain) {
        return new CheckResult(check, Grade.UNTRIED, found, gain);
    }

    static CheckResult broken(String check, String found, String gain) {
        return new CheckResult(check, Grade.BROKEN, found, gain);
    }
}
