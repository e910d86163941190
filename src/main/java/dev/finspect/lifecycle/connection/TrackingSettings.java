package dev.finspect.lifecycle.connection;

import dev.finspect.lifecycle.TimeLimits;

/**
 * Settings for tracking connections.
 *
 * @param mostConnections limit of current connections; above it the longest silent one is evicted
 * @param servicePorts for connections without a captured handshake
 * @param skipWrongChecksums whether segments with a wrong TCP checksum are counted but otherwise ignored, as a receiver would do;
 *     false for captures made before the network card set the checksums
 */
public record TrackingSettings(
        TimeLimits limits, int mostConnections, ServicePorts servicePorts, boolean skipWrongChecksums) {}
