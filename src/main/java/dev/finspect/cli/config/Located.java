package dev.finspect.cli.config;

/**
 * A setting and where it was written.
 *
 * @param <T> the setting's type
 */
public record Located<T>(T value, Location location) {}
