/** User and capabilities of this process: changing the user after a start as root, and keeping single capabilities. */
@NullMarked
package dev.finspect.kernel.privileges;

import org.jspecify.annotations.NullMarked;
