package dev.finspect.diagnose;

import java.util.regex.Pattern;

/**
 * The name of a kind of finding, in small letters with hyphens: {@code upstream-silent}. It is the word in records, metric
 * labels, filters and anchors of the page of rules. The catalogue lists which there are, and in which order.
 */
public record FindingId(String label) {
    private static final Pattern LABEL = Pattern.compile("[a-z]+(-[a-z]+)*");

    /** Refuses anything that is no word for a label or an anchor. */
    public FindingId {
        if (!LABEL.matcher(label).matches()) {
            throw new IllegalArgumentException("not an id of a finding: " + label);
        }
    }

    @Override
    public String toString() {
        return label;
    }
}
