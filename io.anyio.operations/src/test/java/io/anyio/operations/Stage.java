package io.anyio.operations;

import io.anyio.api.debug.LimiterDTO;
import io.anyio.api.debug.LoopDTO;
import io.anyio.api.debug.LoopFiguresDTO;
import io.anyio.api.debug.TaskTree;
import io.anyio.api.whiteboard.FailedListenerDTO;
import io.anyio.api.whiteboard.FailureCode;
import io.anyio.api.whiteboard.ListenerDTO;
import io.anyio.api.whiteboard.ListenerKind;
import io.anyio.api.whiteboard.WhiteboardRuntime;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;

/** Loops and a whiteboard whose figures a test sets. */
final class Stage implements TaskTree {
    final List<LoopFiguresDTO> loops = new ArrayList<>();
    final Monitor monitor = new Monitor(this, this::whiteboard);
    @Nullable
    WhiteboardRuntime whiteboard;

    private @Nullable WhiteboardRuntime whiteboard() {
        return whiteboard;
    }

    void loop(String holder, int tasks, boolean stalled, int stragglers, LimiterDTO workers) {
        loops.add(new LoopFiguresDTO("anyio-" + holder, "carrier", holder, tasks, stalled, stragglers, workers));
    }

    /** Two servers, and one that is not served. */
    void serve() {
        whiteboard = new WhiteboardRuntime() {
            @Override
            public List<ListenerDTO> listeners() {
                return List.of(server(31, "org.example.one", 7007, 2, 5, 1),
                        server(32, "org.example.two", 7008, 1, 4, 2));
            }

            @Override
            public List<FailedListenerDTO> failedListeners() {
                return List.of(failed(FailureCode.SHADOWED, 34), failed(FailureCode.BUSY, 33));
            }
        };
    }

    private static ListenerDTO server(long id, String bundle, int port, int connections, long accepted, long failures) {
        return new ListenerDTO(ListenerKind.TCP, "tcp://*:" + port, id, bundle, "", "Echo", "", port, "", connections,
                accepted, failures, 0, 0, 0);
    }

    private static FailedListenerDTO failed(FailureCode code, long id) {
        return new FailedListenerDTO(code, ListenerKind.TCP, "tcp://*:7007", id, "org.example.two", "", List.of(),
                "the port is not free");
    }

    @Override
    public List<LoopDTO> loops(Duration patience) {
        throw new AssertionError("no loop is asked");
    }

    @Override
    public List<LoopDTO> loopsWithStacks(Duration patience) {
        throw new AssertionError("no loop is asked");
    }

    @Override
    public List<LoopFiguresDTO> figures() {
        return List.copyOf(loops);
    }

    /** The context of a bundle in a framework with an id. */
    static BundleContext framework(String id) {
        return (BundleContext) Proxy.newProxyInstance(Stage.class.getClassLoader(), new Class<?>[]{BundleContext.class},
                (_, method, _) -> {
                    if (!method.getName().equals("getProperty")) {
                        throw new UnsupportedOperationException(method.getName());
                    }
                    return id;
                });
    }
}
