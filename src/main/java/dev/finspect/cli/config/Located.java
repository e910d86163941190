package dev.finspect.cli.config;

/**
 * A setting and its location.
 *
 * @param <T> the setting's type
 */
public record Located<T>(T value, Location location) {}
