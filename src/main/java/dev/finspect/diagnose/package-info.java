/**
 * Pure: what is known of a session at one moment ({@link dev.finspect.diagnose.Snapshot}), and what a diagnosis says about it
 * ({@link dev.finspect.diagnose.Finding}): who owes the next step, since when, and what proves it. The kinds of finding are in
 * {@code finding}, one a file; the questions that several of them ask in {@code question}; {@code catalogue} has the list of
 * all kinds and runs them; {@code words} has parts of sentences.
 */
@NullMarked
package dev.finspect.diagnose;

import org.jspecify.annotations.NullMarked;
