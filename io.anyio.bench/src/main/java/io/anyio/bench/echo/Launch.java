package io.anyio.bench.echo;

import java.util.List;

/** How to start a server here, or why that is not possible. */
sealed interface Launch {
    /** The command that starts it. */
    record Command(List<String> words) implements Launch {}

    /** The machine lacks something. */
    record Missing(String reason) implements Launch {}
}
