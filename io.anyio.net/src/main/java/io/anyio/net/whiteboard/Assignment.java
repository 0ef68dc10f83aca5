package io.anyio.net.whiteboard;

import io.anyio.api.whiteboard.FailureCode;
import io.anyio.net.settings.Endpoint;
import io.anyio.net.settings.EndpointSettings;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Decides who gets which end point; under the lock of the board. */
final class Assignment {
    private static final Comparator<Candidate> ORDER = Comparator
            .comparingInt((Candidate candidate) -> candidate.ranking).reversed()
            .thenComparingLong(candidate -> candidate.id).thenComparing(candidate -> candidate.pid);

    private final TlsContexts contexts;

    /** Those that are served, by the end points that may exclude each other. */
    private final Map<Endpoint.Place, List<Candidate>> serving = new HashMap<>();

    private Assignment(TlsContexts contexts) {
        this.contexts = contexts;
    }

    /** Assigns the end points; returns the candidates that change, those that release a port first. */
    static List<Candidate> assign(List<Candidate> candidates, TlsContexts contexts) {
        Assignment assignment = new Assignment(contexts);
        List<Candidate> changed = new ArrayList<>();
        candidates.stream().sorted(ORDER).forEach(candidate -> {
            Wish wish = assignment.wishOf(candidate);
            if (!wish.equals(candidate.wish)) {
                candidate.wish = wish;
                changed.add(candidate);
            }
        });
        changed.sort(Comparator.comparing(candidate -> candidate.wish instanceof Wish.Serve));
        return changed;
    }

    private Wish wishOf(Candidate candidate) {
        if (!(candidate.asks instanceof Wish.Serve(EndpointSettings settings))) {
            return candidate.asks;
        }
        Optional<String> missing = settings.tls().isEmpty() ? Optional.empty() : contexts.missing(settings.tls());
        if (missing.isPresent()) {
            return new Wish.Failed(FailureCode.NO_TLS, missing.get());
        }
        List<Candidate> there = serving.computeIfAbsent(candidate.endpoint.place(), _ -> new ArrayList<>());
        for (Candidate other : there) {
            if (other.wish instanceof Wish.Serve(EndpointSettings its) && its.excludes(settings)) {
                return new Wish.Failed(FailureCode.SHADOWED, settings.endpoint() + " belongs to " + other
                        + ", whose ranking " + other.ranking
                        + (other.ranking == candidate.ranking ? " is the same and which comes first" : " is higher")
                        + ": change a port, or set the service.ranking");
            }
        }
        there.add(candidate);
        return candidate.asks;
    }
}
