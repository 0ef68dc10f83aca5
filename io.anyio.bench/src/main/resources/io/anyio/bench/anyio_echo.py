"""A TCP echo server on Python's AnyIO: anyio_echo.py asyncio|uvloop <buffer size>.

Prints address=<port>, ends with its standard input."""

import os
import sys
import threading

import anyio
from anyio.abc import SocketAttribute


def end_with_input() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


async def main(buffer_size: int) -> None:
    async def echo(stream) -> None:
        async with stream:
            try:
                while True:
                    await stream.send(await stream.receive(buffer_size))
            except anyio.EndOfStream:
                pass

    listener = await anyio.create_tcp_listener(local_host="127.0.0.1", backlog=4096)
    print(f"address={listener.extra(SocketAttribute.local_port)}", flush=True)
    await listener.serve(echo)


if __name__ == "__main__":
    threading.Thread(target=end_with_input, daemon=True).start()
    anyio.run(main, int(sys.argv[2]), backend="asyncio", backend_options={"use_uvloop": sys.argv[1] == "uvloop"})
