/** Pure: what a kind of finding is, the catalogue of all kinds, and the diagnosis that examines a session for each of them. */
@NullMarked
package dev.finspect.diagnose.catalogue;

import org.jspecify.annotations.NullMarked;
