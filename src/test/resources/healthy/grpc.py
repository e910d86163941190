# A gRPC server and its clients: grpc.py serve|PART HOST PORT. Clients write a line for each right answer.
import sys

# This file has the module's name.
sys.path.pop(0)
import threading
from concurrent import futures

import grpc

part, host, port = sys.argv[1:]
over = threading.Event()


def stream(request, context):
    turn = 0
    done = threading.Event()
    context.add_callback(done.set)
    while True:
        yield b"item %d" % turn
        turn += 1
        if done.wait(9):
            return


def both(requests, context):
    for request in requests:
        yield request


def serve():
    handler = grpc.method_handlers_generic_handler(
        "lab.Service",
        {
            "Unary": grpc.unary_unary_rpc_method_handler(lambda request, context: request),
            "Stream": grpc.unary_stream_rpc_method_handler(stream),
            "Both": grpc.stream_stream_rpc_method_handler(both),
        },
    )
    options = [("grpc.http2.min_ping_interval_without_data_ms", 1000), ("grpc.keepalive_permit_without_calls", 1)]
    server = grpc.server(futures.ThreadPoolExecutor(8), handlers=[handler], options=options)
    server.add_insecure_port(f"{host}:{port}")
    server.start()
    server.wait_for_termination()


def channel(keep_alive_seconds=0):
    options = [("grpc.keepalive_time_ms", keep_alive_seconds * 1000), ("grpc.keepalive_permit_without_calls", 1),
               ("grpc.http2.max_pings_without_data", 0)] if keep_alive_seconds else []
    return grpc.insecure_channel(f"{host}:{port}", options=options)


def ask(to, turn):
    assert to.unary_unary("/lab.Service/Unary")(b"request %d" % turn, timeout=120) == b"request %d" % turn
    print("ok", flush=True)


def unary():
    with channel() as to:
        for turn in range(1_000_000):
            ask(to, turn)
            if over.wait([1, 3, 12, 30][turn % 4]):
                return


def at_rest():
    with channel(5) as to:
        for turn in range(1_000_000):
            ask(to, turn)
            if over.wait(60):
                return


def server_stream():
    with channel() as to:
        call = to.unary_stream("/lab.Service/Stream")(b"all")
        for turn, item in enumerate(call):
            assert item == b"item %d" % turn, item
            print("ok", flush=True)
            if over.is_set():
                call.cancel()
                return


def both_streams():
    with channel() as to:
        step = threading.Event()

        def requests():
            turn = 0
            while not over.is_set():
                yield b"request %d" % turn
                step.wait()
                step.clear()
                turn += 1

        for turn, item in enumerate(to.stream_stream("/lab.Service/Both")(requests())):
            assert item == b"request %d" % turn, item
            print("ok", flush=True)
            over.wait([2, 10, 24][turn % 3])
            step.set()


def run():
    try:
        {"unary": unary, "at-rest": at_rest, "server-stream": server_stream, "both-streams": both_streams}[part]()
    except BaseException as e:
        print(repr(e), file=sys.stderr, flush=True)
        failed.append(e)


if part == "serve":
    serve()
failed = []
thread = threading.Thread(target=run)
thread.start()


def wait_for_input():
    sys.stdin.read()
    over.set()


threading.Thread(target=wait_for_input, daemon=True).start()
thread.join()
sys.exit(1 if failed else 0)
