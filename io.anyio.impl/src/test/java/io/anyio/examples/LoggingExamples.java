package io.anyio.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.System.Logger.Level;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.osgi.service.log.LoggerFactory;

/** The examples of docs/operations.md. */
class LoggingExamples {
    private final List<String> entries = new CopyOnWriteArrayList<>();

    /** Passes what the JDK logs to the log service of OSGi. */
    private static final class OsgiLogHandler extends Handler {
        private final LoggerFactory log;

        OsgiLogHandler(LoggerFactory log) {
            this.log = log;
        }

        @Override
        public void publish(LogRecord entry) {
            org.osgi.service.log.Logger logger = log.getLogger(entry.getLoggerName());
            switch (entry.getLevel().getName()) {
                case "SEVERE" -> logger.error("{}", entry.getMessage(), entry.getThrown());
                case "WARNING" -> logger.warn("{}", entry.getMessage(), entry.getThrown());
                case "INFO" -> logger.info("{}", entry.getMessage(), entry.getThrown());
                default -> logger.debug("{}", entry.getMessage(), entry.getThrown());
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    private LoggerFactory logService() {
        return proxy(LoggerFactory.class, "");
    }

    /** Notes what is logged. */
    private <T> T proxy(Class<T> type, Object name) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[]{type}, (_, method, arguments) -> {
            if (method.getName().equals("getLogger")) {
                return proxy(org.osgi.service.log.Logger.class, arguments[0]);
            }
            entries.add(method.getName() + " " + name + " " + Arrays.asList(arguments).subList(1, arguments.length));
            return null;
        }));
    }

    @Test
    void theLogServiceGetsWhatIsLogged() {
        Logger root = LogManager.getLogManager().getLogger("");
        Handler handler = new OsgiLogHandler(logService());
        root.addHandler(handler);
        try {
            System.getLogger("org.example.user").log(Level.ERROR, "failed", new IllegalStateException("why"));
            System.getLogger("org.example.user").log(Level.INFO, "listens");
        } finally {
            root.removeHandler(handler);
        }
        assertEquals(List.of("error org.example.user [failed, java.lang.IllegalStateException: why]",
                "info org.example.user [listens, null]"), entries);
    }
}
