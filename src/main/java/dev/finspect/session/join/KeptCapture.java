package dev.finspect.session.join;

import dev.finspect.tcp.Leg;
import java.util.List;

/**
 * The kept headers of one leg.
 *
 * @param segments in order
 * @param omitted how many segments were seen and are not among them
 */
public record KeptCapture(Leg leg, List<KeptSegment> segments, long omitted) {}
