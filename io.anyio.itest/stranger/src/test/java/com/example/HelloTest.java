package com.example;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.anyio.api.AnyIO;
import io.anyio.api.sync.Event;
import io.anyio.api.task.TaskGroup;
import io.anyio.testing.AnyioTest;

class HelloTest {
    @AnyioTest
    void aTaskWaitsForAnEvent(TaskGroup<?> group) {
        Event event = AnyIO.createEvent();
        var waiting = group.spawn("waits", () -> {
            event.await();
            return "done";
        });
        AnyIO.waitAllTasksBlocked();
        event.set();
        assertEquals("done", waiting.await());
    }
}
