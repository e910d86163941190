# A server of long polls and of server-sent events, and its clients: long-poll.py serve|PART HOST PORT.
import http.client
import http.server
import sys
import threading

part, host, port = sys.argv[1], sys.argv[2], int(sys.argv[3])
over = threading.Event()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        self.send_response(200)
        if self.path.startswith("/poll/"):
            threading.Event().wait(int(self.path[6:]))
            self.send_header("Content-Length", "4")
            self.end_headers()
            self.wfile.write(b"news")
            return
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        self.close_connection = True
        for turn in range(6):
            self.wfile.write(b"data: item %d\n\n" % turn)
            threading.Event().wait([1, 8, 14][turn % 3])


def poll():
    turn = 0
    to = http.client.HTTPConnection(host, port, timeout=120)
    while True:
        to.request("GET", "/poll/%d" % [3, 25, 9][turn % 3])
        answer = to.getresponse()
        assert (answer.status, answer.read()) == (200, b"news")
        print("ok", flush=True)
        turn += 1
        if over.wait(0.1):
            to.close()
            return


def events():
    while True:
        to = http.client.HTTPConnection(host, port, timeout=120)
        to.request("GET", "/events")
        text = to.getresponse().read()
        assert text == b"".join(b"data: item %d\n\n" % turn for turn in range(6)), text
        to.close()
        print("ok", flush=True)
        if over.wait(2):
            return


def run():
    try:
        {"poll": poll, "events": events}[part]()
    except BaseException as e:
        print(repr(e), file=sys.stderr, flush=True)
        failed.append(e)


if part == "serve":
    http.server.ThreadingHTTPServer((host, port), Handler).serve_forever()
failed = []
thread = threading.Thread(target=run)
thread.start()


def wait_for_input():
    sys.stdin.read()
    over.set()


threading.Thread(target=wait_for_input, daemon=True).start()
thread.join()
sys.exit(1 if failed else 0)
