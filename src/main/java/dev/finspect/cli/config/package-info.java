/** The configuration: from YAML, environment and flags to settings, with a location in every problem. */
@NullMarked
package dev.finspect.cli.config;

import org.jspecify.annotations.NullMarked;
