package dev.finspect.admin;

import dev.finspect.session.SessionRecord;
import dev.finspect.session.anonymous.Anonymiser;
import dev.finspect.session.kept.KeptCapture;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one response shows of sessions: all, or other addresses and names in the place of the real ones ({@code anonymise=true}).
 * For one thread after the other.
 */
final class Shown {
    static final String PARAMETER = "anonymise";

    private final @Nullable Anonymiser anonymiser;

    private Shown(@Nullable Anonymiser anonymiser) {
        this.anonymiser = anonymiser;
    }

    /** Parses the query parameter. */
    static Shown of(Map<String, List<String>> parameters) throws BadQuery {
        return switch (String.join(",", parameters.getOrDefault(PARAMETER, List.of("false")))) {
            case "true" -> new Shown(new Anonymiser());
            case "false" -> new Shown(null);
            default -> throw new BadQuery(PARAMETER + " is true or false");
        };
    }

    /** The same where it is the only parameter. */
    static Shown alone(Map<String, List<String>> parameters) throws BadQuery {
        for (String name : parameters.keySet()) {
            if (!name.equals(PARAMETER)) {
                throw new BadQuery("unknown parameter \"" + name + "\": valid is " + PARAMETER);
            }
        }
        return of(parameters);
    }

    boolean all() {
        return anonymiser == null;
    }

    SessionRecord record(SessionRecord real) {
        return anonymiser == null ? real : anonymiser.record(real);
    }

    /** What was made of records that went through {@link #record}. */
    String text(String real) {
        return anonymiser == null ? real : anonymiser.text(real);
    }

    /** The same in UTF-8. */
    byte[] text(byte[] real) {
        return anonymiser == null ? real : anonymiser.text(real);
    }

    List<KeptCapture> packets(List<KeptCapture> real) {
        return anonymiser == null ? real : anonymiser.packets(real);
    }
}
