package dev.finspect.cli.config;

import dev.finspect.session.watch.DiagnosisSettings;

/**
 * The settings of a watch.
 *
 * @param config admin server, log, history, capture and OTLP; its routes and what concerns them mean nothing here
 * @param diagnosis from when on a state counts as hung
 */
public record WatchConfig(Config config, DiagnosisSettings diagnosis) {}
