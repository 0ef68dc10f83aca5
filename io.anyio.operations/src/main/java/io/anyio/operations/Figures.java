package io.anyio.operations;

import io.anyio.api.debug.LimiterDTO;
import io.anyio.api.debug.LoopFiguresDTO;
import io.anyio.api.whiteboard.FailedListenerDTO;
import io.anyio.api.whiteboard.ListenerDTO;
import java.util.List;
import java.util.function.Function;

/**
 * All figures, as they were when they were read.
 *
 * @param loops the loops that have not ended
 * @param listeners the servers of the whiteboard; none if there is no whiteboard
 * @param failed the services that are not served
 */
record Figures(List<LoopFiguresDTO> loops, List<ListenerDTO> listeners, List<FailedListenerDTO> failed) {
    int tasks() {
        return loops.stream().mapToInt(LoopFiguresDTO::tasks).sum();
    }

    List<LoopFiguresDTO> stalled() {
        return loops.stream().filter(LoopFiguresDTO::stalled).toList();
    }

    int stragglers() {
        return loops.stream().mapToInt(LoopFiguresDTO::stragglers).sum();
    }

    List<LoopFiguresDTO> saturated() {
        return loops.stream().filter(loop -> loop.workers().saturated()).toList();
    }

    /** A sum over the limiters of worker threads. */
    int workers(Function<LimiterDTO, Integer> figure) {
        return loops.stream().map(LoopFiguresDTO::workers).mapToInt(figure::apply).sum();
    }

    int connections() {
        return listeners.stream().mapToInt(ListenerDTO::connections).sum();
    }

    long failures() {
        return listeners.stream().mapToLong(ListenerDTO::failures).sum();
    }
}
