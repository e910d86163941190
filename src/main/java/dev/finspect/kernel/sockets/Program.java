package dev.finspect.kernel.sockets;

/**
 * A process that holds a socket.
 *
 * @param name as the kernel keeps it, at most 15 characters (proc(5), comm)
 */
public record Program(long processId, String name) {}
