"""The micro benchmarks on Python's AnyIO (asyncio): prints a line "<work> <operations in a second>" for each,
the best of three runs."""

import time

import anyio

OPERATIONS = 20_000
GROUP = 1_000


async def nothing() -> None:
    pass


async def spawn() -> None:
    for _ in range(OPERATIONS // GROUP):
        async with anyio.create_task_group() as group:
            for _ in range(GROUP):
                group.start_soon(nothing)


async def task_switch() -> None:
    async def give_way() -> None:
        for _ in range(OPERATIONS // 2):
            await anyio.sleep(0)

    async with anyio.create_task_group() as group:
        group.start_soon(give_way)
        group.start_soon(give_way)


async def hand_off() -> None:
    send, receive = anyio.create_memory_object_stream(0)

    async def produce() -> None:
        for i in range(OPERATIONS):
            await send.send(i)

    async with anyio.create_task_group() as group:
        group.start_soon(produce)
        for i in range(OPERATIONS):
            assert await receive.receive() == i


async def deadline_scope() -> None:
    for _ in range(OPERATIONS):
        with anyio.move_on_after(1):
            pass


async def lock() -> None:
    lock = anyio.Lock()
    for _ in range(OPERATIONS):
        async with lock:
            pass


async def main() -> None:
    for name, work in {"spawn": spawn, "taskSwitch": task_switch, "handOff": hand_off,
                       "deadlineScope": deadline_scope, "lock": lock}.items():
        best = 0.0
        for _ in range(3):
            start = time.perf_counter()
            await work()
            best = max(best, OPERATIONS / (time.perf_counter() - start))
        print(name, round(best))


if __name__ == "__main__":
    anyio.run(main)
