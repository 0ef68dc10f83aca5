package io.anyio.net.tcp;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/**
 * Takes the file descriptors away from this Java process, and gives them back, after some seconds in any case: a shell
 * that was started before does it.
 */
final class DescriptorLimit implements AutoCloseable {
    private static final String SCRIPT = """
            limit=$(prlimit --pid PID --nofile --noheadings --output SOFT,HARD | awk '{print $1 ":" $2}')
            echo ready
            while read line; do
                if [ "$line" = low ]; then
                    prlimit --pid PID --nofile=3:
                    # not for ever: a test that hangs must be able to say so
                    (sleep 15; prlimit --pid PID --nofile=$limit) >/dev/null 2>&1 &
                else prlimit --pid PID --nofile=$limit; fi
                echo done
            done
            """;

    private final Process shell;
    private final Writer orders;
    private final BufferedReader answers;

    private DescriptorLimit() throws IOException {
        shell = new ProcessBuilder("sh", "-c", SCRIPT.replace("PID", String.valueOf(ProcessHandle.current().pid())))
                .redirectErrorStream(true).start();
        orders = shell.outputWriter(StandardCharsets.UTF_8);
        answers = new BufferedReader(new InputStreamReader(shell.getInputStream(), StandardCharsets.UTF_8));
    }

    static DescriptorLimit orSkip() throws IOException {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/prlimit")), "there is no prlimit here");
        DescriptorLimit limit = new DescriptorLimit();
        Assumptions.assumeTrue("ready".equals(limit.answers.readLine()), "prlimit does not work here");
        return limit;
    }

    void warmUp() throws IOException {
        restore();
    }

    void exhaust() throws IOException {
        order("low");
    }

    void restore() throws IOException {
        order("restore");
    }

    private void order(String order) throws IOException {
        orders.write(order + "\n");
        orders.flush();
        String answer = answers.readLine();
        if (!"done".equals(answer)) {
            throw new IOException("prlimit answered: " + answer);
        }
    }

    @Override
    public void close() throws IOException {
        restore();
        shell.destroy();
    }
}
