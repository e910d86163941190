package dev.finspect.admin;

import dev.finspect.session.filter.RecordFilter;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The parameters of a query, each at most once. */
final class Parameters {
    private final Map<String, List<String>> given;

    /** Rejects parameters without one of these names. */
    Parameters(Map<String, List<String>> given, List<String> names) throws BadQuery {
        for (String name : given.keySet()) {
            if (!names.contains(name)) {
                throw new BadQuery(
                        names.isEmpty()
                                ? "this path takes no parameters"
                                : "unknown parameter \"" + name + "\": valid are " + String.join(", ", names));
            }
        }
        this.given = given;
    }

    /** The value of a parameter; null without it. */
    @Nullable
    String single(String name) throws BadQuery {
        List<String> values = given.get(name);
        if (values == null) {
            return null;
        }
        if (values.size() > 1) {
            throw new BadQuery("parameter " + name + " is given " + values.size() + " times");
        }
        return values.get(0);
    }

    /** The filter of this text. */
    static RecordFilter filter(String text) throws BadQuery {
        try {
            return RecordFilter.of(text);
        } catch (RecordFilter.Misunderstood e) {
            throw new BadQuery("filter, " + e.getMessage());
        }
    }
}
