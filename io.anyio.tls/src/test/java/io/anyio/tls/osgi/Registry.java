package io.anyio.tls.osgi;

import io.anyio.api.tls.TlsContext;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.Collections;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.Map;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/** As much of a framework as takes one service. */
final class Registry {
    TlsContext service;
    Map<String, Object> properties = Map.of();
    int registrations;

    private final ServiceRegistration<?> registration = fake(ServiceRegistration.class,
            (_, method, arguments) -> switch (method.getName()) {
                case "setProperties" -> {
                    properties = copy((Dictionary<?, ?>) arguments[0]);
                    yield null;
                }
                case "unregister" -> {
                    service = null;
                    yield null;
                }
                default -> throw new UnsupportedOperationException(method.getName());
            });

    final BundleContext context = fake(BundleContext.class, (_, method, arguments) -> {
        if (!method.getName().equals("registerService") || arguments[0] != TlsContext.class) {
            throw new UnsupportedOperationException(method.getName());
        }
        service = (TlsContext) arguments[1];
        properties = copy((Dictionary<?, ?>) arguments[2]);
        registrations++;
        return registration;
    });

    private static Map<String, Object> copy(Dictionary<?, ?> dictionary) {
        Map<String, Object> copy = new HashMap<>();
        Collections.list(dictionary.keys()).forEach(key -> copy.put((String) key, dictionary.get(key)));
        return copy;
    }

    private static <T> T fake(Class<T> type, InvocationHandler behaviour) {
        return type.cast(Proxy.newProxyInstance(Registry.class.getClassLoader(), new Class<?>[]{type}, behaviour));
    }
}
