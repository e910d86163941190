/** {@code finspect demo}: small services, some of which misbehave, their clients, and a screen with their sessions. */
@NullMarked
package dev.finspect.cli.demo;

import org.jspecify.annotations.NullMarked;
