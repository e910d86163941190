package dev.finspect.lifecycle.connection;

import dev.finspect.lifecycle.TimeLimits;

/**
 * Settings for tracking connections.
 *
 * @param mostConnections limit of current connections; above it the longest silent one is evicted
 * @param servicePorts for connections without a captured handshake
 * @param skipWrongChecksums whether segments with a wrong TCP checksum are left out, as a receiver would do, but for those of
 *     a host that leaves the checksums to its network card; false if all count
 */
public record TrackingSettings(
        TimeLimits limits, int mostConnections, ServicePorts servicePorts, boolean skipWrongChecksums) {}
