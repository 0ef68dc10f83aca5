package io.anyio.impl.process;

import io.anyio.api.process.ChildProcess;
import io.anyio.api.process.CompletedProcess;
import io.anyio.api.process.ProcessOptions;
import io.anyio.api.process.Processes;
import io.anyio.api.spi.Options;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.TaskContext;
import java.io.IOException;
import java.util.List;
import java.util.function.UnaryOperator;

/** The service {@link Processes} for one owner. */
public class OwnedProcesses implements Processes {
    private static final String RUN = "Processes.runProcess";
    private static final String OPEN = "Processes.openProcess";

    private final Launcher launcher;

    /**
     * Makes the service.
     *
     * @param owner the owner of its processes
     */
    public OwnedProcesses(Owner owner) {
        this.launcher = new Launcher(owner);
    }

    @Override
    public CompletedProcess runProcess(List<String> command, UnaryOperator<ProcessOptions> options)
            throws IOException {
        return run(Command.of(RUN, command), options);
    }

    @Override
    public CompletedProcess runProcess(String shellCommand, UnaryOperator<ProcessOptions> options)
            throws IOException {
        return run(Command.ofShell(RUN, shellCommand), options);
    }

    private CompletedProcess run(List<String> command, UnaryOperator<ProcessOptions> options) throws IOException {
        ProcessOptions chosen = Options.chosen(RUN, ProcessOptions.DEFAULT, options);
        TaskContext task = TaskContext.current(RUN);
        task.checkpoint();
        return ProcessRun.call(task, launcher, command, chosen);
    }

    @Override
    public ChildProcess openProcess(List<String> command, UnaryOperator<ProcessOptions> options) throws IOException {
        return open(Command.of(OPEN, command), options);
    }

    @Override
    public ChildProcess openProcess(String shellCommand, UnaryOperator<ProcessOptions> options) throws IOException {
        return open(Command.ofShell(OPEN, shellCommand), options);
    }

    private ChildProcess open(List<String> command, UnaryOperator<ProcessOptions> options) throws IOException {
        ProcessOptions chosen = Options.chosen(OPEN, ProcessOptions.DEFAULT, options);
        byte[] input = chosen.input();
        if (input != null) {
            throw new IllegalArgumentException(OPEN + ": there is an input of " + input.length
                    + " bytes, send it to the stdin of the process, or use Processes.runProcess");
        }
        TaskContext task = TaskContext.current(OPEN);
        task.checkpoint();
        return launcher.start(task, command, chosen, true);
    }
}
