package io.anyio.operations;

import java.util.List;
import java.util.function.Function;
import org.apache.felix.hc.api.FormattingResultLog;
import org.apache.felix.hc.api.Result;
import org.apache.felix.hc.api.ResultLog;

/** Makes the results of the health checks. */
final class Results {
    private Results() {}

    /** All is well if there is no problem; otherwise the result has the status, and a line for each. */
    static Result of(Monitor monitor, Result.Status status, String well, Function<Figures, List<String>> problems) {
        FormattingResultLog log = new FormattingResultLog();
        List<String> found = problems.apply(monitor.read());
        if (found.isEmpty()) {
            log.add(new ResultLog.Entry(Result.Status.OK, well));
        }
        found.forEach(problem -> log.add(new ResultLog.Entry(status, problem)));
        return new Result(log);
    }
}
