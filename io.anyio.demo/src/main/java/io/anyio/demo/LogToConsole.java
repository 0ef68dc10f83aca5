package io.anyio.demo;

import java.lang.System.Logger.Level;
import org.osgi.framework.Bundle;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.log.LogEntry;
import org.osgi.service.log.LogListener;
import org.osgi.service.log.LogReaderService;

/**
 * Hands warnings and errors of the log service, where the framework and Declarative Services write, to the JDK's
 * logging.
 */
@Component(service = {})
public final class LogToConsole implements LogListener {
    private final LogReaderService log;

    /**
     * Listens from now on.
     *
     * @param log the log service
     */
    @Activate
    public LogToConsole(@Reference LogReaderService log) {
        this.log = log;
        log.addLogListener(this);
    }

    @Override
    public void logged(LogEntry entry) {
        switch (entry.getLogLevel()) {
            case ERROR -> print(Level.ERROR, entry);
            case WARN -> print(Level.WARNING, entry);
            default -> {}
        }
    }

    private static void print(Level level, LogEntry entry) {
        Bundle bundle = entry.getBundle();
        String name = bundle == null ? "osgi" : bundle.getSymbolicName();
        System.getLogger(name).log(level, name + ": " + entry.getMessage(), entry.getException());
    }

    @Deactivate
    void forget() {
        log.removeLogListener(this);
    }
}
