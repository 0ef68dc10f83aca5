package io.anyio.itest.exam;

import java.io.Serializable;
import java.util.Map;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.engine.UniqueId;
import org.junit.platform.launcher.TestIdentifier;

/** What the launcher inside reports, on its way out; ids are those of the Jupiter engine inside. */
sealed interface Event extends Serializable {

    record Registered(TestIdentifier test) implements Event {}

    record Skipped(UniqueId id, String reason) implements Event {}

    record Started(UniqueId id) implements Event {}

    /** {@code failure} is null if nothing was thrown. */
    record Finished(UniqueId id, Status status, CarriedThrowable failure) implements Event {}

    record Published(UniqueId id, Map<String, String> entries) implements Event {}

    /** {@code mediaType} is null if the publisher gave none. */
    record Attached(UniqueId id, String file, String mediaType) implements Event {}

    /** The launcher itself failed, for example at discovery. */
    record Broken(CarriedThrowable failure) implements Event {}

    /** Nothing follows: tells the end of the run from the end of the process. */
    record End() implements Event {}
}
