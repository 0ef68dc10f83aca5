package io.anyio.net.osgi;

import io.anyio.api.spi.Arguments;
import io.anyio.api.whiteboard.FailedListenerDTO;
import io.anyio.api.whiteboard.ListenerDTO;
import io.anyio.api.whiteboard.WhiteboardRuntime;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * The Gogo command {@code anyio:listeners}. It is an ordinary service with certain properties, and imports nothing of
 * Gogo.
 */
@Component(service = ListenersCommand.class, property = {"osgi.command.scope=anyio",
        "osgi.command.function=listeners"})
public final class ListenersCommand {
    private static final String USAGE = """
            usage: anyio:listeners [-b bundle]
              -b bundle  only services of the bundle with this symbolic name; '*' stands for any text
            """;

    private final WhiteboardRuntime whiteboard;

    /**
     * Makes the command.
     *
     * @param whiteboard lists the servers
     */
    @Activate
    public ListenersCommand(@Reference WhiteboardRuntime whiteboard) {
        this.whiteboard = whiteboard;
    }

    /**
     * Lists the servers of the whiteboard, and the services that are not served, with the reasons.
     *
     * @param arguments options; {@code -h} explains them
     * @return lines for the console
     */
    public String listeners(@Nullable Object... arguments) {
        return Arguments.run(USAGE, arguments, this::list);
    }

    private String list(Arguments given) {
        List<ListenerDTO> served = whiteboard.listeners();
        List<FailedListenerDTO> failed = whiteboard.failedListeners();
        if (served.isEmpty() && failed.isEmpty()) {
            return "No service asks to be a server";
        }
        Stream<String> lines = Stream.concat(
                served.stream().filter(one -> given.matches("b", one.bundle())).map(ListenersCommand::line),
                failed.stream().filter(one -> given.matches("b", one.bundle())).map(ListenersCommand::line));
        String text = lines.collect(Collectors.joining());
        return text.isEmpty()
                ? given.noneMatches("b", "bundle with a server",
                        Stream.concat(served.stream().map(ListenerDTO::bundle),
                                failed.stream().map(FailedListenerDTO::bundle)),
                        name -> name)
                : text;
    }

    private static String line(ListenerDTO one) {
        return one.endpoint() + (one.tls().isEmpty() ? "" : " with TLS " + one.tls()) + " of " + one.bundle() + ": "
                + one.handler() + ", service " + one.serviceId() + configured(one.pid()) + ", " + one.connections()
                + " open, " + one.accepted() + " accepted, " + one.failures() + " failed, " + one.peerFailures()
                + " failed by the peer, " + one.idle() + " idle, " + one.left() + " left\n";
    }

    private static String line(FailedListenerDTO one) {
        return "not served (" + one.code() + "): " + (one.endpoint().isEmpty() ? "" : one.endpoint() + " of ")
                + one.bundle() + (one.serviceId() < 0 ? "" : ": service " + one.serviceId()) + configured(one.pid())
                + ": " + one.reason() + "\n";
    }

    private static String configured(String pid) {
        return pid.isEmpty() ? "" : " by " + pid;
    }
}
