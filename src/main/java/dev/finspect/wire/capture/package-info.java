/** Pure: readers and a writer of capture files in the formats pcap and pcapng. */
@NullMarked
package dev.finspect.wire.capture;

import org.jspecify.annotations.NullMarked;
