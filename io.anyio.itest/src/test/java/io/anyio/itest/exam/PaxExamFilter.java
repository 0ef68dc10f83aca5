package io.anyio.itest.exam;

import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.launcher.PostDiscoveryFilter;

/** Takes {@link PaxExam} classes away from every engine but {@link PaxExamEngine}, which would run them outside. */
public final class PaxExamFilter implements PostDiscoveryFilter {

    @Override
    public FilterResult apply(TestDescriptor test) {
        var ours = test.getUniqueId().getEngineId().orElse("").equals(PaxExamEngine.ID);
        return FilterResult.includedIf(ours || !inExamClass(test));
    }

    // The class that the launcher was given decides. Its methods are asked too: only leaves are removed, then
    // containers left empty.
    private static boolean inExamClass(TestDescriptor test) {
        return test.getParent()
                .map(parent -> parent.isRoot() ? PaxExamEngine.examClass(test).isPresent() : inExamClass(parent))
                .orElse(false);
    }
}
