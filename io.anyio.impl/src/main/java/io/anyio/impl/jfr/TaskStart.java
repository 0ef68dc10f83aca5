package io.anyio.impl.jfr;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

@Name("io.anyio.TaskStart")
@Label("Task Start")
@Description("A task begins")
@Category("AnyIO")
@Enabled(false)
@StackTrace(false)
final class TaskStart extends Event {
    @Label("Id")
    long id;

    @Label("Name")
    @Nullable
    String name;

    @Label("Parent Id")
    long parentId;

    @Label("Loop")
    @Nullable
    String loop;
}
