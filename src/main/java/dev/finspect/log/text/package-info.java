/** Session records as aligned text lines for people. */
@NullMarked
package dev.finspect.log.text;

import org.jspecify.annotations.NullMarked;
