/** Half an hour of healthy traffic, of real programs, of which finspect must not accuse anybody. */
@NullMarked
package dev.finspect.lab.healthy;

import org.jspecify.annotations.NullMarked;
