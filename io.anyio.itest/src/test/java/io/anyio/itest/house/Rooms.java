package io.anyio.itest.house;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The packages of a bundle and those of the same bundle that each uses: as a table of docs/architecture.md says, and as
 * the classes have it.
 *
 * <p>The line before a table says whose packages it has. Its rows stand in an order in which each package only uses
 * earlier ones; the package that is called like the bundle is written in full.
 */
final class Rooms {
    private static final Path PAGE = Path.of("../docs/architecture.md");
    private static final String HEAD = "| package | holds | stands on |";
    private static final Pattern ROW = Pattern.compile("\\| `([\\w.]+)` \\| [^|]+ \\| (-|`[^|]+`) \\|");
    private static final Pattern BUNDLE = Pattern.compile("[Tt]he packages of `([\\w.]+)`:$");
    private static final Pattern NAME = Pattern.compile("`([\\w.]+)`");

    private Rooms() {}

    /** The bundles that have a table. */
    static Set<String> bundles() throws IOException {
        List<String> page = Files.readAllLines(PAGE);
        Set<String> bundles = new TreeSet<>();
        for (int i = 0; i < page.size(); i++) {
            if (page.get(i).equals(HEAD)) {
                bundles.add(bundleOf(page, i));
            }
        }
        return bundles;
    }

    private static String bundleOf(List<String> page, int head) {
        Matcher name = BUNDLE.matcher(page.get(head - 2));
        assertTrue(name.find(), () -> "This line does not say whose packages the table has: " + page.get(head - 2));
        return name.group(1);
    }

    /** What the table of a bundle says; fails where a row uses a later one. */
    static List<String> told(String bundle) throws IOException {
        List<String> page = Files.readAllLines(PAGE);
        int line = 0;
        while (!page.get(line).equals(HEAD) || !bundleOf(page, line).equals(bundle)) {
            line++;
        }
        Map<String, Set<String>> rooms = new TreeMap<>();
        for (line += 2; page.get(line).startsWith("|"); line++) {
            String text = page.get(line);
            Matcher row = ROW.matcher(text);
            assertTrue(row.matches(), () -> "This row is not understood: " + text);
            Set<String> used = new TreeSet<>(NAME.matcher(row.group(2)).results().map(name -> name.group(1)).toList());
            Set<String> unknown = new HashSet<>(used);
            unknown.removeAll(rooms.keySet());
            assertTrue(unknown.isEmpty(), () -> unknown + " of this row must stand in rows above it: " + text);
            rooms.put(row.group(1), used);
        }
        return lines(rooms);
    }

    /** What the classes of a bundle have. */
    static List<String> real(JavaClasses house, String bundle) {
        Map<String, Set<String>> rooms = new TreeMap<>();
        for (JavaClass type : house) {
            if (isIn(type, bundle)) {
                Set<String> used = rooms.computeIfAbsent(name(type, bundle), _ -> new TreeSet<>());
                type.getDirectDependenciesFromSelf().stream()
                        .map(dependency -> dependency.getTargetClass().getBaseComponentType())
                        .filter(other -> isIn(other, bundle) && !other.getPackageName().equals(type.getPackageName()))
                        .forEach(other -> used.add(name(other, bundle)));
            }
        }
        return lines(rooms);
    }

    private static boolean isIn(JavaClass type, String bundle) {
        return (type.getPackageName() + ".").startsWith(bundle + ".");
    }

    private static String name(JavaClass type, String bundle) {
        String room = type.getPackageName();
        return room.equals(bundle) ? room : room.substring(bundle.length() + 1);
    }

    private static List<String> lines(Map<String, Set<String>> rooms) {
        List<String> lines = new ArrayList<>();
        rooms.forEach((room, used) -> lines.add(
                room + " stands on " + (used.isEmpty() ? "-" : used.stream().collect(Collectors.joining(", ")))));
        return lines;
    }
}
