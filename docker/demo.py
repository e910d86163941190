"""Demo services, some of which misbehave, on one port each, and clients that use them through finspect, for ever.

Usage: demo.py [FINSPECT_HOST]; without a host it only serves. DEMO_ADDRESS is the address to listen on (0.0.0.0).
"""

import os
import socket
import socketserver
import struct
import sys
import threading
import time

TIMEOUT_SECONDS = 20


class Well(socketserver.StreamRequestHandler):
    """Answers every line with 2 KB until the client closes."""

    port = 8001

    def handle(self):
        for _ in self.rfile:
            self.wfile.write(b"x" * 2047 + b"\n")


class Slow(socketserver.StreamRequestHandler):
    """Reads until the client's FIN and answers after half a second."""

    port = 8002

    def handle(self):
        self.rfile.read()
        time.sleep(0.5)
        self.wfile.write(b"late\n")


class Silent(socketserver.StreamRequestHandler):
    """Reads and never answers."""

    port = 8003

    def handle(self):
        self.rfile.read()


class Resetting(socketserver.StreamRequestHandler):
    """Reads one line and resets the connection."""

    port = 8004

    def handle(self):
        self.rfile.readline()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def finish(self):
        pass


REFUSED_PORT = 8005  # No service listens on it.


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


def serve(address):
    for behaviour in (Well, Slow, Silent, Resetting):
        server = Server((address, behaviour.port), behaviour)
        threading.Thread(target=server.serve_forever, daemon=True).start()


def visit(host, port, half_close):
    with socket.create_connection((host, port), timeout=TIMEOUT_SECONDS) as client:
        client.sendall(b"hello\n")
        if half_close:
            client.shutdown(socket.SHUT_WR)
        client.recv(4096)


def visit_for_ever(host, port, pause_seconds, half_close=False):
    while True:
        try:
            visit(host, port, half_close)
        except OSError:
            pass  # Some of these services fail on purpose.
        time.sleep(pause_seconds)


def main():
    serve(os.environ.get("DEMO_ADDRESS", "0.0.0.0"))
    print("serving", flush=True)
    visits = [(Well.port, 0.2, False), (Slow.port, 1, True), (Silent.port, 5, False), (Resetting.port, 2, False),
              (REFUSED_PORT, 5, False)]
    for port, pause_seconds, half_close in visits if len(sys.argv) > 1 else []:
        visit = (sys.argv[1], port, pause_seconds, half_close)
        threading.Thread(target=visit_for_ever, args=visit, daemon=True).start()
    threading.Event().wait()


if __name__ == "__main__":
    main()
