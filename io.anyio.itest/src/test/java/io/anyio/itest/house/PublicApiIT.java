package io.anyio.itest.house;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Until there is a release to compare with: no change of the public API goes unseen. */
class PublicApiIT {
    private static final Path COMMITTED = Path.of("../docs/api.txt");

    @Test
    void theApiIsWhatTheCommittedDumpSays() throws Exception {
        Map<String, Path> bundles = Bundles.ours();
        assertTrue(bundles.containsKey("io.anyio.api"),
                "The bundles are not built, or not on the class path: run mvn verify");
        List<String> built = new ArrayList<>(
                List.of("What the bundles export. A test holds it against the code; mvn verify "
                        + "-Dapi.update=true writes it."));
        for (Map.Entry<String, Path> bundle : bundles.entrySet()) {
            if (bundle.getKey().equals("io.anyio.proof")) continue;
            List<String> api = new ApiPrinter().print(bundle.getValue());
            if (api.isEmpty()) continue;
            built.addAll(List.of("", "bundle " + bundle.getKey()));
            built.addAll(api);
        }
        if (Boolean.getBoolean("api.update")) Files.write(COMMITTED, built);
        List<String> committed = Files.exists(COMMITTED) ? Files.readAllLines(COMMITTED) : List.of();
        if (!built.equals(committed)) fail(difference(committed, built));
    }

    private static String difference(List<String> committed, List<String> built) {
        StringBuilder text = new StringBuilder(
                "The public API is not what docs/api.txt says (- gone, + new). Is the change meant? ")
                .append("Then raise the versions of its packages, and run: mvn verify -Dapi.update=true\n");
        minus(committed, built).forEach(line -> text.append("- ").append(line.strip()).append('\n'));
        minus(built, committed).forEach(line -> text.append("+ ").append(line.strip()).append('\n'));
        return text.toString();
    }

    /**
     * What the one list holds and the other does not; a line that moved only is told by the context that changed with
     * it.
     */
    private static List<String> minus(List<String> these, List<String> others) {
        List<String> rest = new ArrayList<>(these);
        others.forEach(rest::remove);
        return rest;
    }
}
