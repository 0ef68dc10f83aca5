"""Sleeping tasks on Python's AnyIO (asyncio): anyio_sleep.py SPREAD|TOGETHER <sleepers> <seconds>.

Prints what SleepMain prints, ends with its standard input."""

import os
import random
import sys
import threading
import time

import anyio


def end_with_input() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


async def main(pattern: str, sleepers: int, ideal: float) -> None:
    generator = random.Random(2026)
    moments = [generator.uniform(0, ideal) for _ in range(sleepers)]
    begun = [0.0] * sleepers
    late = [0.0] * sleepers
    cpu = time.process_time()
    start = time.perf_counter()

    async def sleep(sleeper: int) -> None:
        now = time.perf_counter() - start
        begun[sleeper] = now
        length = max(0.0, moments[sleeper] - now) if pattern == "SPREAD" else ideal
        await anyio.sleep(length)
        late[sleeper] = time.perf_counter() - start - now - length

    async with anyio.create_task_group() as group:
        for sleeper in range(sleepers):
            group.start_soon(sleep, sleeper)

    wall = time.perf_counter() - start
    cpu = time.process_time() - cpu
    late.sort()
    numbers = [max(begun), late[sleepers // 2], late[int(sleepers * 0.99)], late[-1]]
    print("slept", f"{wall:.4f} {cpu:.4f} NaN NaN", *(f"{number:.6f}" for number in numbers), flush=True)


if __name__ == "__main__":
    threading.Thread(target=end_with_input, daemon=True).start()
    anyio.run(main, sys.argv[1], int(sys.argv[2]), float(sys.argv[3]))
