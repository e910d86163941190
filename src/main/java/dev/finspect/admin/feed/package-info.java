/** The live stream: collects what changes, while somebody reads it, and sends it to each reader at that reader's speed. */
@NullMarked
package dev.finspect.admin.feed;

import org.jspecify.annotations.NullMarked;
