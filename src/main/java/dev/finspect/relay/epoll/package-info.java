/** The fast data path: own handles on Netty's epoll loops, without channels. */
@NullMarked
package dev.finspect.relay.epoll;

import org.jspecify.annotations.NullMarked;
