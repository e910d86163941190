/** A network of a test's own: namespaces joined by veth pairs, rules that drop exactly the packets named, and tcpdump. */
@NullMarked
package dev.finspect.lab.net;

import org.jspecify.annotations.NullMarked;
