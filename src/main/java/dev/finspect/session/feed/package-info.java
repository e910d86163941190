/** What the live stream of sessions is made of: rows with their phase bars, what readers have been sent, what they lost. */
@NullMarked
package dev.finspect.session.feed;

import org.jspecify.annotations.NullMarked;
