/** The portable data path, on Netty's NIO channels. */
@NullMarked
package dev.finspect.relay.nio;

import org.jspecify.annotations.NullMarked;
