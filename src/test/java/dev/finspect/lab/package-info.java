/** Real programs through the packaged finspect, as its users run it. */
@NullMarked
package dev.finspect.lab;

import org.jspecify.annotations.NullMarked;
