package io.anyio.net.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.anyio.api.whiteboard.ListenerKind;
import io.anyio.api.whiteboard.TcpListener;
import io.anyio.api.whiteboard.UdpListener;
import io.anyio.api.whiteboard.UnixListener;
import io.anyio.api.whiteboard.Whiteboard;
import io.anyio.net.osgi.ListenerConfiguration;
import io.anyio.proof.Proves;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Annotations, constants, metatype and whiteboard know the same keys. */
class KeyTest {
    private static final Map<ListenerKind, Class<?>> ANNOTATIONS = Map.of(ListenerKind.TCP, TcpListener.class,
            ListenerKind.UNIX, UnixListener.class, ListenerKind.UDP, UdpListener.class);

    private static Set<String> known() {
        return Arrays.stream(ListenerKind.values()).flatMap(kind -> Key.known(kind).stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test @Proves("WB-05")
    void eachElementOfAnAnnotationIsAKey() {
        for (ListenerKind kind : ListenerKind.values()) {
            assertEquals(new TreeSet<>(Key.known(kind)),
                    Arrays.stream(ANNOTATIONS.get(kind).getDeclaredMethods())
                            .map(element -> Key.prefix(kind) + element.getName())
                            .collect(Collectors.toCollection(TreeSet::new)));
        }
    }

    @Test @Proves("WB-05")
    void eachKeyIsAConstant() throws Exception {
        Set<String> constants = new TreeSet<>();
        for (Field field : Whiteboard.class.getFields()) {
            String kind = field.getName().substring(0, Math.max(0, field.getName().indexOf('_')));
            if (Arrays.stream(ListenerKind.values()).anyMatch(each -> each.name().equals(kind))) {
                String key = (String) field.get(null);
                constants.add(key);
                assertEquals("anyio." + field.getName().replace("_", "").toLowerCase(),
                        key.replaceAll("(anyio)\\.(\\w+)\\.", "$1.$2").toLowerCase());
            }
        }
        assertEquals(known(), constants);
    }

    @Test @Proves("WB-05")
    void theUsualValuesAreThoseOfTheAnnotations() {
        for (ListenerKind kind : ListenerKind.values()) {
            for (Key<?> key : Key.all(kind)) {
                Object usual = Arrays.stream(ANNOTATIONS.get(kind).getDeclaredMethods())
                        .filter(element -> element.getName().equals(key.name())).findFirst().orElseThrow()
                        .getDefaultValue();
                if (usual instanceof Integer || usual instanceof Boolean) {
                    assertEquals(usual, key.usual(), key.of(kind));
                }
            }
        }
    }

    @Test @Proves("WB-05")
    void theMetatypeHasEachKey() {
        Set<String> attributes = Arrays.stream(ListenerConfiguration.class.getDeclaredMethods()).map(Method::getName)
                .map(name -> name.replace('_', '.')).filter(name -> !name.equals(Whiteboard.HANDLER_TARGET))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(known(), attributes);
    }

    @Test @Proves("WB-05")
    void theGuideHasEachKeyWithItsKindsAndItsDefault() throws Exception {
        Map<String, String> rows = new TreeMap<>();
        for (ListenerKind kind : ListenerKind.values()) {
            for (Key<?> key : Key.all(kind)) {
                String usual = key.usual() == null || key.usual().equals("") || key.usual().equals(Set.of())
                        ? Key.required(kind) == key ? "" : "empty"
                        : key.usual().toString();
                rows.merge(key.name(), kind.name().toLowerCase(Locale.ROOT) + " | " + usual,
                        (one, other) -> one.replace(" | ", ", " + other.split(" ")[0] + " | "));
            }
        }
        Map<String, String> told = new TreeMap<>();
        Pattern.compile("\\| `(\\w+)` \\| ((?:tcp|unix|udp)[^|]*) \\| *([^|]*?) *\\|")
                .matcher(Files.readString(Path.of("../docs/whiteboard.md"))).results()
                .forEach(row -> told.put(row.group(1), row.group(2) + " | " + row.group(3)));
        assertEquals(rows, told);
    }
}
