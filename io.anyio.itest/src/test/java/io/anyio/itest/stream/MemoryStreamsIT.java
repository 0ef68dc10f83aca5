package io.anyio.itest.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.ops4j.pax.exam.CoreOptions.options;

import io.anyio.api.AnyIO;
import io.anyio.api.stream.MemoryObjectStream;
import io.anyio.api.stream.MemoryStreams;
import io.anyio.api.task.EventLoop;
import io.anyio.itest.exam.PaxExam;
import io.anyio.itest.exam.Reactor;
import java.util.List;
import javax.inject.Inject;
import org.junit.jupiter.api.Test;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;

/** Streams in memory in a container, where only tasks find the implementation through the facade. */
@PaxExam
class MemoryStreamsIT {
    @Inject
    MemoryStreams streams;

    @Inject
    EventLoop loop;

    @Configuration
    static Option[] configuration() {
        return options(Reactor.bundles("io.anyio.api", "io.anyio.impl"), Reactor.declarativeServices(),
                Reactor.carrierFlags());
    }

    @Test
    void theServiceMakesStreamsOutsideOfTasks() throws Exception {
        try (MemoryObjectStream<String> stream = streams.createMemoryObjectStream(1)) {
            stream.sender().sendNowait("hello");
            assertEquals("hello", loop.call(() -> stream.receiver().receive()));
        }
    }

    @Test
    void theFacadeMakesStreamsInTasks() throws Exception {
        List<Integer> values = loop.call(() -> {
            try (MemoryObjectStream<Integer> stream = AnyIO.createMemoryObjectStream(3)) {
                for (int i = 0; i < 3; i++) {
                    stream.sender().send(i);
                }
                stream.sender().close();
                return AnyIO.map(stream.receiver(), 2, item -> item + 1);
            }
        });
        assertEquals(List.of(1, 2, 3), values);
    }
}
