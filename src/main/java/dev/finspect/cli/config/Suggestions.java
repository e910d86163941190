package dev.finspect.cli.config;

import java.util.Comparator;
import java.util.Optional;
import java.util.Set;

/** The known word that a mistyped one most likely meant. */
public final class Suggestions {
    private Suggestions() {}

    /** Empty when nothing is near: more than a third of the letters differ. */
    public static Optional<String> to(String word, Set<String> known) {
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

    /** Words that differ only in case, {@code -} or {@code _} are the same. */
    private static String plain(String word) {
        return word.toLowerCase(java.util.Locale.ROOT).replace("-", "").replace("_", "");
    }

    /** How many letters must be changed, added, dropped or swapped with their neighbour. */
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
