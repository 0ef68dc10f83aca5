package io.anyio.operations;

/** What a client of JMX sees as {@code io.anyio:type=Loops}. Each attribute is read when it is asked for. */
public interface LoopsMXBean {
    /**
     * How many loops there are.
     *
     * @return their number
     */
    int getLoops();

    /**
     * How many tasks have started and not ended.
     *
     * @return their number, over all loops
     */
    int getTasks();

    /**
     * How many loops are kept busy by a task that the log has reported.
     *
     * @return their number
     */
    int getStalledLoops();

    /**
     * How many tasks and functions in worker threads have outlived the grace of a stop.
     *
     * @return their number, over all loops
     */
    int getStragglers();

    /**
     * On how many loops tasks wait for worker threads because all are in use.
     *
     * @return their number
     */
    int getSaturatedLimiters();

    /**
     * How many servers the whiteboard has.
     *
     * @return their number; zero without a whiteboard
     */
    int getListeners();

    /**
     * How many connections of these servers are open.
     *
     * @return their number
     */
    int getConnections();

    /**
     * How many handlers of these servers have failed with an error of their own.
     *
     * @return their number, since each server was opened
     */
    long getListenerFailures();

    /**
     * How many services have the properties of a server and are not served.
     *
     * @return their number
     */
    int getFailedListeners();

    /**
     * The figures of each loop.
     *
     * @return one line for each
     */
    String[] getLoopFigures();
}
