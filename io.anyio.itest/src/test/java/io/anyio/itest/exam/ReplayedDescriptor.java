package io.anyio.itest.exam;

import java.util.Set;
import org.junit.platform.engine.TestTag;
import org.junit.platform.engine.UniqueId;
import org.junit.platform.engine.support.descriptor.AbstractTestDescriptor;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.launcher.TestIdentifier;

/** A test that discovery outside did not find: registered inside while the class ran, or a class without a test. */
final class ReplayedDescriptor extends AbstractTestDescriptor {

    private final Type type;
    private final Set<TestTag> tags;
    private final String legacyReportingName;

    /** Stands for what {@code inside} names, under the id it has outside. */
    ReplayedDescriptor(UniqueId id, TestIdentifier inside) {
        super(id, inside.getDisplayName(), inside.getSource().orElse(null));
        type = inside.getType();
        tags = inside.getTags();
        legacyReportingName = inside.getLegacyReportingName();
    }

    /** Stands for a class without a test; a test itself, lest runners that look for tests pass over it. */
    ReplayedDescriptor(UniqueId id, Class<?> testClass) {
        super(id, testClass.getSimpleName(), ClassSource.from(testClass));
        type = Type.TEST;
        tags = Set.of();
        legacyReportingName = testClass.getName();
    }

    @Override
    public Type getType() {
        return type;
    }

    @Override
    public Set<TestTag> getTags() {
        return tags;
    }

    @Override
    public String getLegacyReportingName() {
        return legacyReportingName;
    }
}
