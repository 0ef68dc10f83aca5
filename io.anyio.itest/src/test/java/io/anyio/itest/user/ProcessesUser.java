package io.anyio.itest.user;

import io.anyio.api.AnyIO;
import io.anyio.api.process.ChildProcess;
import io.anyio.api.process.Processes;
import io.anyio.api.task.EventLoop;
import java.util.List;
import java.util.function.BiConsumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceScope;

/** Starts a process that ignores SIGTERM and runs another one; both it leaves to the end of its bundle. */
@Component(name = "processes.user", service = {})
public final class ProcessesUser {
    /** Starts both. */
    @Activate
    public ProcessesUser(@Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED) EventLoop loop,
            @Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED) Processes processes,
            @Reference(target = "(board=true)") BiConsumer<String, Object> board) {
        loop.spawn("runs", () -> processes.runProcess(List.of("sleep", "77")));
        loop.spawn("opens", () -> {
            ChildProcess stubborn = processes
                    .openProcess("trap '' TERM; echo up; while :; do read line || sleep 0.05; done");
            for (byte[] _ : stubborn.stdout()) {
                break;
            }
            board.accept("processes.service", processes);
            board.accept("processes.stubborn", stubborn);
            AnyIO.sleepForever();
        });
    }
}
