package io.anyio.itest.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Holds docs/from-anyio.md against the code. */
class FromAnyioTest {
    /** How many names AnyIO 2.2's API reference has. */
    private static final int ROWS = 212;

    private static final Path TABLE = Path.of("../docs/from-anyio.md");
    private static final Pattern ROW = Pattern.compile("\\| `(anyio[^`]*)` \\| (.*) \\| (later)? ?\\|");
    private static final Pattern NAME = Pattern.compile("`(\\w+)(?:\\.(\\w+))?`");

    private final Map<String, JavaClass> api = new ClassFileImporter().importPackages("io.anyio.api").stream()
            .filter(type -> type.isTopLevelClass())
            .collect(Collectors.toMap(JavaClass::getSimpleName, type -> type, (one, _) -> one));

    @Test
    void eachCounterpartExistsAndWhatComesLaterDoesNot() throws IOException {
        List<String> wrong = new ArrayList<>();
        int rows = 0;
        for (String line : Files.readAllLines(TABLE)) {
            Matcher row = ROW.matcher(line);
            if (!row.matches()) {
                assertTrue(!line.startsWith("| `"), () -> "This row is not understood: " + line);
                continue;
            }
            rows++;
            boolean later = row.group(3) != null;
            Matcher name = NAME.matcher(row.group(2));
            assertTrue(name.lookingAt(), () -> "This row names no counterpart: " + line);
            name.reset();
            while (name.find()) {
                if (exists(name.group(1), name.group(2)) == later) {
                    wrong.add(row.group(1) + ": " + name.group()
                            + (later ? " exists, it is not later" : " does not exist"));
                }
            }
        }
        assertEquals(List.of(), wrong);
        assertEquals(ROWS, rows, "names of AnyIO 2.2's API reference");
    }

    private boolean exists(String simpleName, String member) {
        JavaClass type = api.get(simpleName);
        return type != null
                && (member == null || type.getAllMethods().stream().anyMatch(method -> method.getName().equals(member))
                        || type.getAllFields().stream().anyMatch(field -> field.getName().equals(member)));
    }
}
