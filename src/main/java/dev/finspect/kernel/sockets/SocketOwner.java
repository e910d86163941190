package dev.finspect.kernel.sockets;

/**
 * The process that has a socket open.
 *
 * @param name at most 15 characters, as in {@code /proc/PID/comm} (proc(5))
 */
public record SocketOwner(long processId, String name) {}
