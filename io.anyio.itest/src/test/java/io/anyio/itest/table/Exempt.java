package io.anyio.itest.table;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Operations that have no row, each with the reason. */
final class Exempt {
    private static final String STATE = "tells something, waits for nothing and changes nothing";
    private static final String MAKES = "makes an object, waits for nothing";
    private static final String CODE = "user code, called by us";

    static final Map<String, String> REASONS = new TreeMap<>();

    static {
        // of many kinds
        because(STATE, "attribute(TypedAttribute)", "attribute(TypedAttribute, Object)", "attributes()", "statistics()",
                "locked()", "isSet()",
                "value()", "maxValue()", "name()", "info()", "status()", "buffer()", "localPort()", "listeners()");
        because("Iterable's: calls iterator()", "forEach(Consumer)", "spliterator()");
        because(STATE, "CapacityLimiter.totalTokens()", "CapacityLimiter.borrowedTokens()",
                "CapacityLimiter.availableTokens()", "CancelScope.deadline()", "CancelScope.shield()",
                "CancelScope.cancelCalled()", "CancelScope.cancelledCaught()", "CancelScope.finishRequested()",
                "TaskGroup.cancelScope()", "MemoryObjectStream.sender()", "MemoryObjectStream.receiver()",
                "MemoryByteStreams.first()", "MemoryByteStreams.second()", "StapledByteStream.sendStream()",
                "StapledByteStream.receiveStream()", "StapledObjectStream.sendStream()",
                "StapledObjectStream.receiveStream()", "AsyncFile.isClosed()", "AsyncFile.mode()",
                "AsyncFile.wrapped()",
                "AsyncTextFile.isClosed()", "AsyncTextFile.mode()", "AsyncTextFile.wrapped()", "TemporaryPath.path()");
        because("changes a scope of this loop and waits for nothing: DeadlineTest, ShieldTest",
                "CancelScope.deadline(Deadline)", "CancelScope.shield(boolean)");
        because(MAKES, "clone()", "BlockingPortal.wrap(Body)", "BlockingPortal.wrap(BlockWith)",
                "Tls.listen(Listener, UnaryOperator)", "AsyncFiles.wrapFile(FileChannel, String, UnaryOperator)");
        because("runs user code with the portal open: BlockingPortalTest", "BlockingPortal.run(BlockWith)");

        // the facade
        because(STATE, "AnyIO.backends()", "AnyIO.cancelledClass()", "AnyIO.hasPendingCancellation()",
                "AnyIO.getCurrentTask()", "AnyIO.getRunningTasks()", "AnyIO.currentTime()",
                "AnyIO.currentEffectiveDeadline()", "AnyIO.currentToken()", "AnyIO.currentDefaultWorkerThreadLimiter()",
                "AnyIO.service(Class)");
        because(MAKES, "AnyIO.createEvent()", "AnyIO.createLock()", "AnyIO.createCondition()",
                "AnyIO.createCondition(Lock)", "AnyIO.createSemaphore(int)",
                "AnyIO.createSemaphore(int, UnaryOperator)", "AnyIO.createCapacityLimiter(int)",
                "AnyIO.createCapacityLimiter(int, UnaryOperator)", "AnyIO.createResourceGuard(String)",
                "AnyIO.createTaskGroup()", "AnyIO.createTaskGroup(Class)",
                "AnyIO.createTaskGroup(Class, UnaryOperator)", "AnyIO.openCancelScope()",
                "AnyIO.openCancelScope(UnaryOperator)", "AnyIO.createMemoryObjectStream()",
                "AnyIO.createMemoryObjectStream(int)", "AnyIO.createMemoryByteStreams(int)",
                "AnyIO.createBlockingPortal()");
        because("begins a run, from an ordinary thread only: RunTest", "AnyIO.run(Block)",
                "AnyIO.run(Block, UnaryOperator)", "AnyIO.call(Body)", "AnyIO.call(Body, UnaryOperator)");
        because("of worker threads only: WorkerThreadTest", "AnyIO.checkCancelled()");

        // types
        because(CODE, "Block", "BlockWith", "Body", "BodyWith", "ConnectionHandler", "HandshakeErrorHandler", "Clock",
                "Ticker", "ContextCarrier", "TlsContext", "DatagramHandler");
        because("Network's connectTcp and connectUnix, which have rows: ConnectableTest", "Connectable");
        because("the loop of a bundle, from ordinary threads only: OwnedEventLoopTest", "EventLoop");
        because("the process gives what they wait for: SignalsTest", "Signals", "SignalReceiver");
        because("another process gives what they wait for: ProcessesTest", "Processes", "ChildProcess");
        because("waits for nothing", "TypedAttribute", "ServeStatistics", "TaskLocal", "TaskTree", "WhiteboardRuntime",
                "Started", "Held",
                "PortalLease");
        because(MAKES, "Synchronization", "MemoryStreams", "Portals.provider()", "Portals.provider(UnaryOperator)");
        because("what AnyIO calls, with the same names", "Threads");
        because("waits for the block of its context, which has a row", "Inside");
    }

    private Exempt() {}

    private static void because(String reason, String... names) {
        for (String name : names) {
            if (REASONS.put(name, reason) != null) throw new IllegalArgumentException("Two reasons for " + name);
        }
    }

    /** Why the operation has no row, or null if it must have one. */
    static @Nullable String reason(Class<?> type, String operation) {
        String own = REASONS.get(type.getSimpleName() + "." + operation);
        return own == null ? REASONS.get(operation) : own;
    }

    /** Why the type is no kind, or null if it must be one. */
    static @Nullable String reason(Class<?> type) {
        return REASONS.get(type.getSimpleName());
    }
}
