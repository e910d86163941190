package dev.finspect.cli.doctor;

/**
 * What a check found.
 *
 * @param check its name
 * @param found what is so on this machine, in a few words
 * @param gain how to gain what is missing, in whole sentences; empty where nothing is
 */
public record CheckResult(String check, Grade grade, String found, String gain) {
    /** How good it is. */
    public enum Grade {
        /** All there. */
        OK("ok"),
        /** Works, with less than a machine can give. */
        LESS("less"),
        /** Not to be had here; finspect works without it. */
        MISSING("missing"),
        /** Nobody knows, since it could not be tried. */
        UNTRIED("untried"),
        /** finspect cannot do its work here. */
        BROKEN("broken");

        private final String label;

        Grade(String label) {
            this.label = label;
        }

        /** The word in the table and in JSON. */
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
