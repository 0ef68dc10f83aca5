package io.anyio.bench.process;

import java.util.List;
import java.util.Optional;

/**
 * The Python interpreter that has the peers' modules. A machine may have several: the first on the search path is tried
 * before the system's own, for which the distribution's packages are made.
 */
public final class Python {
    private final List<String> candidates;

    /** An interpreter named by the user, or empty to look for one. */
    public Python(String named) {
        this.candidates = named.isEmpty() ? List.of("python3", "/usr/bin/python3") : List.of(named);
    }

    /** The first interpreter that can import all these modules. */
    public Optional<String> with(List<String> modules) throws InterruptedException {
        for (String candidate : candidates) {
            if (Tools.works(candidate, "-c", "import " + String.join(", ", modules))) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    /** What to tell a user who has no such interpreter. */
    public String advice() {
        return "neither of " + candidates
                + " can import it (on Debian: apt-get install python3-anyio python3-uvloop; or name one with "
                + "-Dbench.python=<interpreter>)";
    }
}
