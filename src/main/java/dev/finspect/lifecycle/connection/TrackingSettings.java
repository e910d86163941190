package dev.finspect.lifecycle.connection;

import dev.finspect.lifecycle.TimeLimits;

/**
 * How connections are told apart and when they end.
 *
 * @param mostConnections how many may live at once; the one that was silent for longest makes room
 * @param servicePorts for connections first seen in the middle
 * @param skipWrongChecksums whether segments with a wrong TCP checksum are only counted as such and otherwise ignored, as a
 *     receiver would; false for captures made before a network card filled them in
 */
public record TrackingSettings(
        TimeLimits limits, int mostConnections, ServicePorts servicePorts, boolean skipWrongChecksums) {}
