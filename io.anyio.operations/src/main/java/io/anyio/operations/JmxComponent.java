package io.anyio.operations;

import io.anyio.api.spi.error.Report;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** Shows the figures to JMX, if this runtime has it. */
@Component(service = {}, immediate = true)
public final class JmxComponent {
    private static final Report LOG = new Report("io.anyio.operations");

    private final @Nullable AutoCloseable registration;

    /**
     * Registers the bean.
     *
     * @param context names the framework
     * @param monitor reads the figures
     */
    @Activate
    public JmxComponent(BundleContext context, @Reference Monitor monitor) {
        registration = register(new LoopsView(monitor), context);
    }

    private static @Nullable AutoCloseable register(LoopsMXBean bean, BundleContext context) {
        try {
            return Registration.of(bean, String.valueOf(context.getProperty(Constants.FRAMEWORK_UUID)));
        } catch (LinkageError e) {
            LOG.log(System.Logger.Level.DEBUG, e, "This runtime has no JMX");
        } catch (Exception e) {
            LOG.log(System.Logger.Level.WARNING, e, "JMX does not get the figures of the loops");
        }
        return null;
    }

    @Deactivate
    void release() {
        if (registration != null) {
            try {
                registration.close();
            } catch (Exception e) {
                LOG.log(System.Logger.Level.WARNING, e, "The figures of the loops could not be taken from JMX");
            }
        }
    }
}
