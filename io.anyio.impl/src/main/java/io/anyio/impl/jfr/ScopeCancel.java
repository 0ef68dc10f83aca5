package io.anyio.impl.jfr;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

@Name("io.anyio.ScopeCancel")
@Label("Scope Cancel")
@Description("A cancelled scope was left")
@Category("AnyIO")
@Enabled(false)
@StackTrace(false)
final class ScopeCancel extends Event {
    @Label("Scope")
    @Nullable
    String scope;

    @Label("Reason")
    @Nullable
    String reason;

    @Label("Loop")
    @Nullable
    String loop;
}
