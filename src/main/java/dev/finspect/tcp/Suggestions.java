package dev.finspect.tcp;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Suggests a known word for a mistyped one. */
public final class Suggestions {
    private Suggestions() {}

    /** The most similar known word; empty if more than a third of the letters differ. */
    public static Optional<String> to(String word, Collection<String> known) {
        if (word.length() > 64) {
            return Optional.empty();
        }
        String plain = plain(word);
        return known.stream()
                .filter(k -> distance(plain, plain(k)) <= Math.max(1, Math.min(word.length(), k.length()) / 3)
                        || (plain(k).startsWith(plain) && plain.length() >= 3))
                .min(Comparator.<String>comparingInt(k -> distance(plain, plain(k)))
                        .thenComparing(Comparator.naturalOrder()));
    }

    /** The question whether the most similar known word was meant, as a sentence after a space; empty without such a word. */
    public static String question(String word, Collection<String> known) {
        return to(word, known)
                .map(similar -> " Did you mean '" + similar + "'?")
                .orElse("");
    }

    /** Without case, {@code -} and {@code _}. */
    private static String plain(String word) {
        return word.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
    }

    /** The number of letters to change, add, drop or swap with a neighbour (Damerau-Levenshtein distance). */
    private static int distance(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    d[i][j] = i + j;
                    continue;
                }
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                d[i][j] = Math.min(d[i - 1][j - 1] + change, 1 + Math.min(d[i - 1][j], d[i][j - 1]));
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
                }
            }
        }
        return d[a.length()][b.length()];
    }
}
