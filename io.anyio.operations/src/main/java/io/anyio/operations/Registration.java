package io.anyio.operations;

import java.lang.management.ManagementFactory;
import javax.management.InstanceAlreadyExistsException;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/** A bean in the server of the platform, until it is closed. Apart, because a runtime may be without JMX. */
final class Registration implements AutoCloseable {
    private static final String NAME = "io.anyio:type=Loops";

    private final MBeanServer server;
    private final ObjectName name;

    private Registration(MBeanServer server, ObjectName name) {
        this.server = server;
        this.name = name;
    }

    /** Registers a bean; if another framework of this process has the name, then with that of this one. */
    static AutoCloseable of(LoopsMXBean bean, String framework) throws JMException {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        try {
            return register(server, bean, NAME);
        } catch (InstanceAlreadyExistsException _) {
            return register(server, bean, NAME + ",framework=" + ObjectName.quote(framework));
        }
    }

    private static AutoCloseable register(MBeanServer server, LoopsMXBean bean, String text) throws JMException {
        ObjectName name = new ObjectName(text);
        server.registerMBean(bean, name);
        return new Registration(server, name);
    }

    @Override
    public void close() throws JMException {
        try {
            server.unregisterMBean(name);
        } catch (InstanceNotFoundException _) {
            // somebody else has done it
        }
    }
}
