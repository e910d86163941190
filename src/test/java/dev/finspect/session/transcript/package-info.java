/**
 * Real sessions of the lab, recorded as what entered their tracker, watch and capture, and played again: a session keeps its
 * record whatever becomes of the code.
 */
@NullMarked
package dev.finspect.session.transcript;

import org.jspecify.annotations.NullMarked;
