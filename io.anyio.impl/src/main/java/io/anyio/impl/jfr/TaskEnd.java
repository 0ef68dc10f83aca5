package io.anyio.impl.jfr;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

@Name("io.anyio.TaskEnd")
@Label("Task End")
@Description("A task has ended")
@Category("AnyIO")
@Enabled(false)
@StackTrace(false)
final class TaskEnd extends Event {
    @Label("Id")
    long id;

    @Label("Name")
    @Nullable
    String name;

    @Label("Outcome")
    @Nullable
    String outcome;

    @Label("Loop")
    @Nullable
    String loop;
}
