/**
 * Pure: joins captured segments to the legs of living sessions. Reads no clock: the capture says how far it has come.
 */
@NullMarked
package dev.finspect.session.join;

import org.jspecify.annotations.NullMarked;
