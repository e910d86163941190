/** What is shown of sessions, with other addresses and names in the place of the real ones. Pure. */
@NullMarked
package dev.finspect.session.anonymous;

import org.jspecify.annotations.NullMarked;
