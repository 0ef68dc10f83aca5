package io.anyio.net.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.anyio.api.spi.Owner;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.Test;

/** Whose fault an error of a handler is; {@code ServeReportTest} has those of the other side. */
class FaultTest {
    @Test
    void whatFailsWhileItsOwnerStopsIsNobodys() {
        Owner stopping = (Owner) Proxy.newProxyInstance(Owner.class.getClassLoader(), new Class<?>[]{Owner.class},
                (_, method, _) -> method.getName().equals("isStopping"));
        assertEquals(Fault.STOP, Fault.of(new IllegalStateException("during the stop"), stopping));
    }
}
