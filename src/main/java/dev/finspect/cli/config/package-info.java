/** The configuration: from YAML, environment and flags to settings, with a place in every complaint. */
@NullMarked
package dev.finspect.cli.config;

import org.jspecify.annotations.NullMarked;
