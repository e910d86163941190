/** When to examine a session, whom to ask, what was found and recovered. */
@NullMarked
package dev.finspect.session.watch;

import org.jspecify.annotations.NullMarked;
