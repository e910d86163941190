/** {@code finspect explain --host}: what hangs on this host, without finspect in the path. */
@NullMarked
package dev.finspect.cli.host;

import org.jspecify.annotations.NullMarked;
