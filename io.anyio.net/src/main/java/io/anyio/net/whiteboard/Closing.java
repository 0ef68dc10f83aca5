package io.anyio.net.whiteboard;

import java.util.List;

/** Ends many servers at the same time, so that they share one grace, and waits for all. */
final class Closing {
    private Closing() {}

    static void of(List<Candidate> left) {
        left.forEach(Candidate::retire);
        left.stream().flatMap(Candidate::servers).skip(1).forEach(Server::beginToStop);
        left.forEach(Candidate::settle);
    }
}
