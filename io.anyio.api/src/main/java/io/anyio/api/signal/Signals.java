package io.anyio.api.signal;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Receives signals of the operating system.
 *
 * {@snippet :
 * try (SignalReceiver signals = AnyIO.service(Signals.class).openSignalReceiver("USR1", "TERM")) {
 *     for (Signal signal : signals) {
 *         if (signal.name().equals("TERM")) {
 *             break;
 *         }
 *         reload();
 *     }
 * }
 * }
 *
 * <p>A component gets this service by {@code @Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED)}. Then its receivers
 * are closed with it; with a plain reference they are closed with the bundle. In plain Java a receiver that a task
 * opens is closed at the end of the run of that task.
 *
 * <p>Guide: {@code docs/signals.md}. In AnyIO: {@code anyio.open_signal_receiver}.
 */
@ProviderType
public interface Signals {
    /**
     * Starts to receive signals. While the receiver is open, the usual action of these signals, such as to end the JVM,
     * does not happen. In a task a checkpoint; a cancelled call changes nothing. Also from other threads.
     *
     * <p>Several receivers may be open for the same signal, in all bundles: each gets it. The first one takes over the
     * signal, and when the last one is closed, its previous handling is restored.
     *
     * <p>AnyIO differs: there, with asyncio, the last receiver of a signal is the only one that gets it. Rules: SG-01
     * to SG-12 of {@code docs/semantics.md}.
     *
     * @param names at least one name such as {@code TERM}, or {@code SIGTERM}; a name that is given twice counts once
     * @return the receiver, which the caller must close
     * @throws IllegalArgumentException if no name is given, if this system has no signal of a name, or if the JVM or
     * the system keeps it for itself (KILL, STOP, SEGV and others)
     * @throws UnsupportedOperationException if this JVM has no signals, because it runs without the module
     * {@code jdk.unsupported}, or because the framework does not export {@code sun.misc}
     * @throws io.anyio.api.task.LoopClosedException if the component or bundle that holds this service has stopped
     */
    SignalReceiver openSignalReceiver(String... names);
}
