package io.anyio.net.whiteboard;

import io.anyio.api.spi.error.Report;
import io.anyio.api.spi.osgi.InvalidConfigurationException;
import io.anyio.api.spi.osgi.Users;
import io.anyio.api.whiteboard.FailedListenerDTO;
import io.anyio.api.whiteboard.FailureCode;
import io.anyio.net.settings.Endpoint;
import io.anyio.net.settings.EndpointSettings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;

/**
 * What one service, or one configuration with the service that it has chosen, requests: several end points. Guarded by
 * the board.
 */
final class Claim {
    final String pid;
    private final Candidate.Opener board;
    private final Map<Endpoint, Candidate> candidates = new LinkedHashMap<>();
    private @Nullable Problem told;
    private @Nullable ServiceReference<?> handler;
    private String bundle;
    private @Nullable Problem invalid;
    private @Nullable Problem missing;

    /** The last good settings. */
    private List<EndpointSettings> asked = List.of();

    /** Why it is not served as it wants. */
    record Problem(FailureCode code, List<String> keys, String reason) {}

    /** Of a service if it has no PID, otherwise of a configuration in a bundle. */
    Claim(Candidate.Opener board, String pid, String bundle) {
        this.board = board;
        this.pid = pid;
        this.bundle = bundle;
    }

    @Nullable
    ServiceReference<?> handler() {
        return handler;
    }

    Collection<Candidate> candidates() {
        return candidates.values();
    }

    List<EndpointSettings> asked() {
        return asked;
    }

    /** Asks for other end points. */
    void ask(List<EndpointSettings> settings) {
        asked = settings;
        invalid = null;
    }

    /** Its values have become wrong: the last good ones stay. */
    void refuse(InvalidConfigurationException wrong) {
        invalid = new Problem(FailureCode.INVALID, wrong.keys(), String.valueOf(wrong.getMessage()));
    }

    /** There is no handler. */
    void miss(String reason) {
        missing = new Problem(FailureCode.NO_HANDLER, List.of(), reason);
    }

    /** Has the handler serve what is requested. */
    void serveBy(ServiceReference<?> reference) {
        handler = reference;
        missing = null;
        Bundle provider = reference.getBundle();
        bundle = provider == null ? bundle : Users.nameOf(provider);
        Set<Endpoint> wanted = asked.stream().map(EndpointSettings::endpoint).collect(Collectors.toSet());
        candidates.values().stream().filter(each -> !wanted.contains(each.endpoint)).forEach(Candidate::withdraw);
        candidates.values().removeIf(Candidate::isOver);
        int ranking = ServiceProperties.ranking(reference);
        asked.forEach(settings -> candidates.computeIfAbsent(settings.endpoint(),
                endpoint -> new Candidate(board, reference, pid, endpoint)).request(settings, ranking));
    }

    /** Lets go of the handler; returns the candidates that are to be settled. */
    List<Candidate> leave() {
        List<Candidate> left = new ArrayList<>(candidates.values());
        left.forEach(candidate -> candidate.wish = Wish.GONE);
        candidates.clear();
        handler = null;
        return left;
    }

    private @Nullable Problem problem() {
        Problem wrong = invalid;
        return wrong == null ? missing : wrong;
    }

    /** Why it is not served, to be logged outside of the lock; empty if that is no news. */
    Optional<Runnable> news() {
        Problem now = problem();
        boolean isNew = now != null && !now.equals(told);
        told = now;
        return now == null || !isNew ? Optional.empty() : Optional.of(log(now));
    }

    private Runnable log(Problem problem) {
        boolean wrong = problem.code() == FailureCode.INVALID;
        String text = (wrong && !asked.isEmpty() ? "The last good values go on being served for " : "No server for ")
                + this + ": " + problem.reason();
        Report log = new Report(bundle);
        return () -> log.log(wrong ? System.Logger.Level.ERROR : System.Logger.Level.INFO, null, text);
    }

    Optional<FailedListenerDTO> failure() {
        Problem now = problem();
        return now == null
                ? Optional.empty()
                : Optional.of(new FailedListenerDTO(now.code(), null, "", id(), bundle, pid, now.keys(), now.reason()));
    }

    /** The id of its service, for the order of reports. */
    long id() {
        ServiceReference<?> reference = handler;
        return reference == null ? -1 : ServiceProperties.id(reference);
    }

    @Override
    public String toString() {
        return pid.isEmpty() ? "the service " + id() + " of " + bundle : "the configuration " + pid;
    }
}
