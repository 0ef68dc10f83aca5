package io.anyio.itest.user;

import io.anyio.api.signal.Signal;
import io.anyio.api.signal.SignalReceiver;
import io.anyio.api.signal.Signals;
import io.anyio.api.task.EventLoop;
import java.util.function.BiConsumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceScope;

/** Receives a signal; its receiver it leaves to the end of its bundle. */
@Component(name = "signals.user", service = {})
public final class SignalsUser {
    /** Begins to receive. */
    @Activate
    public SignalsUser(@Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED) EventLoop loop,
            @Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED) Signals signals,
            @Reference(target = "(board=true)") BiConsumer<String, Object> board) {
        SignalReceiver receiver = signals.openSignalReceiver("WINCH");
        board.accept("signals.service", signals);
        loop.spawn("receives", () -> {
            board.accept("signals.open", receiver);
            for (Signal signal : receiver) {
                board.accept("signals.got", signal.name() + " " + signal.number());
            }
        });
    }
}
