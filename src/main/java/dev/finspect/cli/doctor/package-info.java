/** What this machine lets finspect see: one check a line. */
@NullMarked
package dev.finspect.cli.doctor;

import org.jspecify.annotations.NullMarked;
