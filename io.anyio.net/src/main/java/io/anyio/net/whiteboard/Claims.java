package io.anyio.net.whiteboard;

import io.anyio.api.spi.osgi.InvalidConfigurationException;
import io.anyio.api.whiteboard.Whiteboard;
import io.anyio.net.settings.EndpointSettings;
import io.anyio.net.settings.Settings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Constants;
import org.osgi.framework.Filter;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/** What all services and configurations request; guarded by the board. */
final class Claims {
    private static final String OURS = "io.anyio.net";

    private final Candidate.Opener opener;
    private final Predicate<Filter> runtime;
    private final Set<ServiceReference<?>> handlers = new HashSet<>();
    private final Map<ServiceReference<?>, Claim> services = new LinkedHashMap<>();
    private final Map<Object, Configured> configurations = new LinkedHashMap<>();

    /** A configuration, and the filter of its last good values. */
    private static final class Configured {
        private final Claim claim;
        private @Nullable Filter target;

        Configured(Claim claim) {
            this.claim = claim;
        }
    }

    /** The runtime says whether a filter matches its properties. */
    Claims(Candidate.Opener opener, Predicate<Filter> runtime) {
        this.opener = opener;
        this.runtime = runtime;
    }

    List<Claim> all() {
        return Stream.concat(services.values().stream(),
                configurations.values().stream().map(configured -> configured.claim)).toList();
    }

    List<Candidate> candidates() {
        return all().stream().flatMap(claim -> claim.candidates().stream()).toList();
    }

    void clear() {
        services.clear();
        configurations.clear();
        handlers.clear();
    }

    // ---- services; each method returns the candidates whose service has gone

    List<Candidate> changed(ServiceReference<?> reference) {
        handlers.add(reference);
        List<Candidate> left = new ArrayList<>(changedByItself(reference));
        configurations.values().forEach(configured -> left.addAll(choose(configured)));
        return left;
    }

    private List<Candidate> changedByItself(ServiceReference<?> reference) {
        Map<String, Object> properties = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String key : reference.getPropertyKeys()) {
            properties.put(key, reference.getProperty(key));
        }
        InvalidConfigurationException wrong = null;
        boolean ours = Settings.concern(properties.keySet());
        try {
            Filter target = properties.containsKey(Whiteboard.TARGET) ? filter(properties, Whiteboard.TARGET) : null;
            ours &= target == null || runtime.test(target);
        } catch (InvalidConfigurationException e) {
            wrong = e;
        }
        if (!ours) {
            Claim former = services.remove(reference);
            return former == null ? List.of() : former.leave();
        }
        Claim claim = services.computeIfAbsent(reference, _ -> new Claim(opener, "", OURS));
        Optional<List<EndpointSettings>> read = read(claim, properties, ServiceProperties.types(reference), wrong);
        read.ifPresent(claim::ask);
        claim.serveBy(reference);
        return List.of();
    }

    /** The properties of the runtime have changed. */
    List<Candidate> chooseAgain() {
        return handlers.stream().flatMap(handler -> changedByItself(handler).stream()).toList();
    }

    /** What is to be logged. */
    List<Runnable> news() {
        return all().stream().map(Claim::news).flatMap(Optional::stream).toList();
    }

    List<Candidate> gone(ServiceReference<?> reference) {
        handlers.remove(reference);
        List<Candidate> left = new ArrayList<>();
        Claim claim = services.remove(reference);
        if (claim != null) {
            left.addAll(claim.leave());
        }
        configurations.values().forEach(configured -> left.addAll(choose(configured)));
        return left;
    }

    // ---- configurations

    List<Candidate> configured(Object key, Map<String, ?> given) {
        Map<String, Object> properties = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        properties.putAll(given);
        Configured configured = configurations.computeIfAbsent(key,
                _ -> new Configured(new Claim(opener, String.valueOf(properties.get(Constants.SERVICE_PID)), OURS)));
        InvalidConfigurationException wrong = null;
        Filter target = null;
        try {
            target = filter(properties, Whiteboard.HANDLER_TARGET);
        } catch (InvalidConfigurationException e) {
            wrong = e;
        }
        Optional<List<EndpointSettings>> read = read(configured.claim, properties, List.of(), wrong);
        if (read.isPresent()) {
            configured.claim.ask(read.get());
            configured.target = target;
        }
        return choose(configured);
    }

    List<Candidate> deleted(Object key) {
        Configured configured = configurations.remove(key);
        return configured == null ? List.of() : configured.claim.leave();
    }

    /** Lets a configuration keep its handler, or choose another one. */
    private List<Candidate> choose(Configured configured) {
        Filter target = configured.target;
        Claim claim = configured.claim;
        if (target == null) {
            return List.of();
        }
        ServiceReference<?> present = claim.handler();
        if (present != null && handlers.contains(present) && suits(present, target, claim)) {
            claim.serveBy(present);
            return List.of();
        }
        List<Candidate> left = claim.leave();
        handlers.stream().filter(handler -> suits(handler, target, claim)).max(Comparator.naturalOrder())
                .ifPresentOrElse(claim::serveBy,
                        () -> claim.miss("no service " + String.join(" and ", types(claim)) + " matches " + target
                                + ": register one, or change " + Whiteboard.HANDLER_TARGET));
        return left;
    }

    private static boolean suits(ServiceReference<?> handler, Filter target, Claim claim) {
        return new HashSet<>(ServiceProperties.types(handler)).containsAll(types(claim)) && target.match(handler);
    }

    private static Set<String> types(Claim claim) {
        Set<String> types = new LinkedHashSet<>();
        claim.asked().forEach(settings -> types.add(Settings.handlerOf(settings.endpoint().kind())));
        return types;
    }

    // ---- both

    /** Reads properties; if anything is wrong, the claim is told, and keeps what it had. */
    private static Optional<List<EndpointSettings>> read(Claim claim, Map<String, ?> properties,
            Collection<String> types, @Nullable InvalidConfigurationException wrong) {
        try {
            List<EndpointSettings> asked = Settings.of(properties, types).endpoints();
            if (wrong == null) {
                return Optional.of(asked);
            }
            claim.refuse(wrong);
        } catch (InvalidConfigurationException e) {
            claim.refuse(wrong == null ? e : wrong.and(e));
        }
        return Optional.empty();
    }

    private static Filter filter(Map<String, ?> properties, String key) throws InvalidConfigurationException {
        Object value = properties.get(key);
        try {
            return FrameworkUtil.createFilter(value instanceof String text ? text : "");
        } catch (InvalidSyntaxException e) {
            throw new InvalidConfigurationException(List.of(key), "The property " + key + " is "
                    + (value == null ? "missing" : "'" + value + "'") + ": give a filter, such as "
                    + "(component.name=echo)");
        }
    }
}
