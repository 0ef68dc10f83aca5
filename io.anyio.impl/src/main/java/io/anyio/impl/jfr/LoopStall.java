package io.anyio.impl.jfr;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

@Name("io.anyio.LoopStall")
@Label("Loop Stall")
@Description("A task keeps its loop busy")
@Category("AnyIO")
@Enabled(false)
@StackTrace(false)
final class LoopStall extends Event {
    @Label("Task")
    @Nullable
    String task;

    @Label("Loop")
    @Nullable
    String loop;

    @Label("Time")
    @Timespan(Timespan.NANOSECONDS)
    long nanos;
}
