/** Who this process is and what it may: another user after the start as root, and single capabilities that it keeps. */
@NullMarked
package dev.finspect.kernel.privileges;

import org.jspecify.annotations.NullMarked;
