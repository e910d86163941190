# A WebSocket server and its clients: websocket.py serve|PART HOST PORT. Clients write a line for each right answer.
import asyncio
import sys
import threading

import websockets

part, host, port = sys.argv[1], sys.argv[2], int(sys.argv[3])


async def handler(socket):
    if socket.path == "/feed":
        turn = 0
        while True:
            await socket.send(f"item {turn}")
            turn += 1
            try:
                await asyncio.wait_for(socket.wait_closed(), 9)
                return
            except asyncio.TimeoutError:
                pass
    async for message in socket:
        await socket.send(message)


async def serve():
    async with websockets.serve(handler, host, port, ping_interval=None):
        await asyncio.Future()


def url(path):
    return f"ws://{host}:{port}{path}"


async def rested(seconds):
    try:
        await asyncio.wait_for(over.wait(), seconds)
        return False
    except asyncio.TimeoutError:
        return True


async def echo():
    async with websockets.connect(url("/echo"), ping_interval=None) as socket:
        turn = 0
        while True:
            await socket.send(f"message {turn}")
            assert await asyncio.wait_for(socket.recv(), 120) == f"message {turn}"
            print("ok", flush=True)
            turn += 1
            if not await rested([2, 7, 20][turn % 3]):
                return


async def feed():
    async with websockets.connect(url("/feed"), ping_interval=None) as socket:
        turn = 0
        while not over.is_set():
            assert await asyncio.wait_for(socket.recv(), 120) == f"item {turn}"
            print("ok", flush=True)
            turn += 1


async def pings_only():
    async with websockets.connect(url("/echo"), ping_interval=4, ping_timeout=120) as socket:
        while await rested(10):
            assert socket.open
            print("ok", flush=True)


async def silent():
    while True:
        async with websockets.connect(url("/echo"), ping_interval=None) as socket:
            if not await rested(30):
                return
            assert socket.open
            print("ok", flush=True)


async def main():
    global over
    over = asyncio.Event()
    loop = asyncio.get_running_loop()

    def wait_for_input():
        sys.stdin.read()
        loop.call_soon_threadsafe(over.set)

    threading.Thread(target=wait_for_input, daemon=True).start()
    await {"echo": echo, "feed": feed, "pings-only": pings_only, "silent": silent}[part]()


asyncio.run(serve() if part == "serve" else main())
