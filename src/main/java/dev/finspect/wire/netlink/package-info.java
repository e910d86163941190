/** Pure: what all of netlink's messages have in common. */
@NullMarked
package dev.finspect.wire.netlink;

import org.jspecify.annotations.NullMarked;
