package dev.finspect.admin;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Links for browsers, each of which can be exchanged once, within some minutes, for a cookie that permits reading; and, where it
 * was made for that, for a secret that permits changes. The token itself never gets into a browser's history. Any thread.
 *
 * <p>The secret is none of the cookie's business: a browser sends cookies to every port of a host, and by itself.
 */
final class BrowserLinks {
    /** How long a link can be exchanged. */
    static final Duration LINK_LIFE = Duration.ofMinutes(10);

    /** How long a cookie permits reading. */
    static final Duration COOKIE_LIFE = Duration.ofHours(12);

    private static final int MOST_LINKS = 16;
    private static final int MOST_COOKIES = 64;

    private final LongSupplier nanoClock;
    private final Secrets links = new Secrets(MOST_LINKS, LINK_LIFE);
    private final Secrets actLinks = new Secrets(MOST_LINKS, LINK_LIFE);
    private final Secrets cookies = new Secrets(MOST_COOKIES, COOKIE_LIFE);
    private final Secrets acts = new Secrets(MOST_COOKIES, COOKIE_LIFE);

    BrowserLinks(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    /** The secret of a new link; the oldest link ends when there are too many. */
    synchronized String issue() {
        return links.issue(nanoClock.getAsLong());
    }

    /** The secret of a new link that leads to changes too; likewise. */
    synchronized String issueForActs() {
        return actLinks.issue(nanoClock.getAsLong());
    }

    /**
     * What a link is exchanged for.
     *
     * @param cookie permits reading
     * @param act permits changes; null where the link was not made for that
     */
    record Exchanged(String cookie, @Nullable String act) {
        @Override
        public String toString() {
            return act == null ? "may read" : "may act";
        }
    }

    /** What a link is exchanged for; empty if it was never issued, was exchanged before, or has expired. */
    synchronized Optional<Exchanged> exchange(String link) {
        long now = nanoClock.getAsLong();
        if (links.take(link, now)) {
            return Optional.of(new Exchanged(cookies.issue(now), null));
        }
        return actLinks.take(link, now)
                ? Optional.of(new Exchanged(cookies.issue(now), acts.issue(now)))
                : Optional.empty();
    }

    /** Whether this secret permits changes and has not expired. */
    synchronized boolean permitsActs(String secret) {
        return acts.find(secret, nanoClock.getAsLong()).isPresent();
    }

    /** Whether this value was issued and has not expired. */
    synchronized boolean admits(String cookie) {
        return cookies.find(cookie, nanoClock.getAsLong()).isPresent();
    }

    /** Secrets, oldest first. */
    private static final class Secrets {
        private final int most;
        private final long lifeNanos;
        private final Queue<Secret> secrets = new ArrayDeque<>();

        Secrets(int most, Duration life) {
            this.most = most;
            this.lifeNanos = life.toNanos();
        }

        String issue(long nowNanos) {
            if (secrets.size() >= most) {
                secrets.remove();
            }
            Secret secret = new Secret(Token.random(), nowNanos);
            secrets.add(secret);
            return secret.text;
        }

        Optional<Secret> find(String text, long nowNanos) {
            secrets.removeIf(each -> nowNanos - each.issuedAtNanos > lifeNanos);
            byte[] presented = text.getBytes(StandardCharsets.UTF_8);
            return secrets.stream()
                    .filter(each -> MessageDigest.isEqual(each.text.getBytes(StandardCharsets.UTF_8), presented))
                    .findFirst();
        }

        boolean take(String text, long nowNanos) {
            return find(text, nowNanos).map(secrets::remove).orElse(false);
        }
    }

    private record Secret(String text, long issuedAtNanos) {}
}
