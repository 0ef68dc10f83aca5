package io.anyio.operations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.debug.LimiterDTO;
import io.anyio.proof.Proves;
import java.util.ArrayList;
import java.util.List;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.apache.felix.hc.api.ResultLog;
import org.junit.jupiter.api.Test;

class ChecksTest {
    private final Stage stage = new Stage();

    private static void check(HealthCheck check, Result.Status status, String... lines) {
        Result result = check.execute();
        assertEquals(status, result.getStatus(), result.toString());
        List<String> seen = new ArrayList<>();
        for (ResultLog.Entry entry : result) {
            seen.add(entry.getMessage());
        }
        assertEquals(List.of(lines), seen);
    }

    @Test @Proves("OP-38")
    void allIsWellWithoutLoopsAndWithLoopsThatRun() {
        for (int round = 0; round < 2; round++) {
            for (HealthCheck check : List.of(new StalledLoopsCheck(stage.monitor), new StragglersCheck(stage.monitor),
                    new SaturatedLimitersCheck(stage.monitor), new FailedListenersCheck(stage.monitor))) {
                Result result = check.execute();
                assertTrue(result.isOk(), result.toString());
            }
            stage.loop("org.example.one", 5, false, 0, new LimiterDTO(40, 40, 0));
        }
    }

    @Test @Proves("OP-38")
    void eachProblemIsALine() {
        stage.loop("org.example.one", 5, true, 1, new LimiterDTO(40, 40, 3));
        stage.loop("org.example.two", 5, false, 0, new LimiterDTO(40, 40, 0));
        stage.serve();
        check(new StalledLoopsCheck(stage.monitor), Result.Status.CRITICAL, "The loop anyio-org.example.one of "
                + "org.example.one is stalled: anyio:tasks -l anyio-org.example.one shows by what");
        check(new StragglersCheck(stage.monitor), Result.Status.WARN,
                "1 tasks of org.example.one have outlived the grace of a stop");
        check(new SaturatedLimitersCheck(stage.monitor), Result.Status.WARN,
                "3 tasks of org.example.one wait for one of 40 worker threads");
        check(new FailedListenersCheck(stage.monitor), Result.Status.WARN,
                "tcp://*:7007 of org.example.two is not served: the port is not free");
    }
}
