package io.anyio.itest.user;

import io.anyio.api.task.RequireAnyIO;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.condition.Condition;

/** Is there while the event loop is, of which it needs no service. */
@RequireAnyIO
@Component(service = AwaitsReady.class)
public final class AwaitsReady {
    /** Makes it. */
    @Activate
    public AwaitsReady(@Reference(target = "(osgi.condition.id=" + RequireAnyIO.READY + ")") Condition ready) {}
}
