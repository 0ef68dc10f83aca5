package io.anyio.impl.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.task.CancelScope;
import io.anyio.impl.run.ContextTask;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/** A job that is posted to a loop that has ended, as by a thread that cancels a scope just then. */
class LateJobTest {

    @Test
    void aJobThatComesAfterTheEndOfItsLoopIsNoStrayThread() throws InterruptedException {
        Logger logger = Logger.getLogger(Rescue.class.getName());
        List<String> warnings = new ArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord logged) {
                warnings.add(logged.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        logger.addHandler(handler);
        try {
            CancelScope[] scope = new CancelScope[1];
            Loop loop = AnyIO.call(() -> {
                scope[0] = AnyIO.openCancelScope();
                scope[0].run(AnyIO::checkpoint);
                return ContextTask.current("test").run.loop;
            }, options -> options.backend("carrier"));
            scope[0].cancel();
            CountDownLatch done = new CountDownLatch(1);
            loop.post(done::countDown);
            assertTrue(done.await(10, TimeUnit.SECONDS));
            assertEquals(List.of(), warnings);
        } finally {
            logger.removeHandler(handler);
        }
    }
}
