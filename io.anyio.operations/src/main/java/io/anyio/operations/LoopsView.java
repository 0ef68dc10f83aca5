package io.anyio.operations;

import io.anyio.api.debug.LimiterDTO;

/** Answers JMX. */
final class LoopsView implements LoopsMXBean {
    private final Monitor monitor;

    LoopsView(Monitor monitor) {
        this.monitor = monitor;
    }

    @Override
    public int getLoops() {
        return monitor.read().loops().size();
    }

    @Override
    public int getTasks() {
        return monitor.read().tasks();
    }

    @Override
    public int getStalledLoops() {
        return monitor.read().stalled().size();
    }

    @Override
    public int getStragglers() {
        return monitor.read().stragglers();
    }

    @Override
    public int getSaturatedLimiters() {
        return monitor.read().saturated().size();
    }

    @Override
    public int getListeners() {
        return monitor.read().listeners().size();
    }

    @Override
    public int getConnections() {
        return monitor.read().connections();
    }

    @Override
    public long getListenerFailures() {
        return monitor.read().failures();
    }

    @Override
    public int getFailedListeners() {
        return monitor.read().failed().size();
    }

    @Override
    public String[] getLoopFigures() {
        return monitor.read().loops().stream().map(loop -> {
            LimiterDTO workers = loop.workers();
            return loop.name() + " (" + loop.backend() + ") of " + loop.holder() + ": " + loop.tasks() + " tasks, "
                    + loop.stragglers() + " stragglers, " + workers.borrowed() + " of " + workers.total()
                    + " workers, " + workers.waiting() + " waiting" + (loop.stalled() ? ", stalled" : "");
        }).toArray(String[]::new);
    }
}
