/** From the connections of a capture file to sessions. */
@NullMarked
package dev.finspect.session.file;

import org.jspecify.annotations.NullMarked;
