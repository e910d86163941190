package dev.finspect.wire.diag;

import dev.finspect.wire.TcpInfo;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel adds to an entry of its socket table on request.
 *
 * @param cookie the kernel's number of the socket, which no other socket gets while the host runs
 * @param info its tcp_info; null where it was not asked for
 * @param dataBytesSent bytes of all segments that it sent, repeated ones among them, SYN and FIN left out ({@code
 *     tcpi_bytes_sent}); {@link TcpInfo#ABSENT} where this kernel does not say
 * @param receivedMemoryBytes what the segments take that it has received and its program has not read, those behind a missing
 *     one among them (SK_MEMINFO_RMEM_ALLOC); -1 where the kernel does not say
 */
public record SocketDetail(long cookie, @Nullable TcpInfo info, long dataBytesSent, long receivedMemoryBytes) {}
