package dev.finspect.admin.feed;

import dev.finspect.session.RouteCounters;
import dev.finspect.session.SessionDirectory;
import dev.finspect.session.feed.LiveRowEncoder;
import java.util.Collection;
import java.util.function.Supplier;

/**
 * What the live stream is made of.
 *
 * @param living the living sessions
 * @param sink receives what happens to them
 * @param routes counters of all routes
 * @param encoder encodes rows
 */
public record FeedSources(
        Supplier<SessionDirectory> living,
        FeedSink sink,
        Supplier<? extends Collection<RouteCounters>> routes,
        LiveRowEncoder encoder) {}
