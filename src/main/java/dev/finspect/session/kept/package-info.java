/** The headers that are kept of captured sessions, bounded, and the pcapng files that are made of them. */
@NullMarked
package dev.finspect.session.kept;

import org.jspecify.annotations.NullMarked;
