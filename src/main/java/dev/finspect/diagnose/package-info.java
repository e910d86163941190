/**
 * Pure: who owes the next step, since when, and what proves it. {@link dev.finspect.diagnose.Snapshot} says what is known of
 * both legs, one rule a file in {@code rule} answers with a {@link dev.finspect.diagnose.Finding}, {@link
 * dev.finspect.diagnose.Catalogue} lists the rules, and {@link dev.finspect.diagnose.Diagnosis} lets the one that explains
 * the others win.
 */
@NullMarked
package dev.finspect.diagnose;

import org.jspecify.annotations.NullMarked;
