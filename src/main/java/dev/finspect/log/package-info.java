/** Adapter that writes session records as JSON or text lines to a file or standard output, and saves captures. */
@NullMarked
package dev.finspect.log;

import org.jspecify.annotations.NullMarked;
