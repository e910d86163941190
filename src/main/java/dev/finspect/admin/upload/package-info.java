/** Files that a browser sends: the body of a request as a source of bytes, and what reads a capture file. */
@NullMarked
package dev.finspect.admin.upload;

import org.jspecify.annotations.NullMarked;
