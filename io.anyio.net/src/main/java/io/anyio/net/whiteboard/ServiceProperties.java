package io.anyio.net.whiteboard;

import java.util.List;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;

/** The properties that the framework gives each service. */
final class ServiceProperties {
    private ServiceProperties() {}

    static List<String> types(ServiceReference<?> reference) {
        return reference.getProperty(Constants.OBJECTCLASS) instanceof String[] types ? List.of(types) : List.of();
    }

    static int ranking(ServiceReference<?> reference) {
        return reference.getProperty(Constants.SERVICE_RANKING) instanceof Integer ranking ? ranking : 0;
    }

    static long id(ServiceReference<?> reference) {
        return reference.getProperty(Constants.SERVICE_ID) instanceof Long id ? id : Long.MAX_VALUE;
    }
}
