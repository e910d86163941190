/** The live page in a real browser. */
@NullMarked
package dev.finspect.lab.page;

import org.jspecify.annotations.NullMarked;
