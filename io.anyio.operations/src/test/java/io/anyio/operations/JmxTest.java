package io.anyio.operations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.anyio.api.debug.LimiterDTO;
import io.anyio.proof.Proves;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.management.Attribute;
import javax.management.AttributeList;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleContext;

class JmxTest {
    private static final MBeanServer SERVER = ManagementFactory.getPlatformMBeanServer();

    private final Stage stage = new Stage();

    private final List<JmxComponent> registered = new ArrayList<>();

    private JmxComponent register(BundleContext framework, Stage its) {
        JmxComponent component = new JmxComponent(framework, its.monitor);
        registered.add(component);
        return component;
    }

    /** A second release does nothing. */
    @AfterEach
    void release() throws Exception {
        registered.forEach(JmxComponent::release);
        assertEquals(0, SERVER.queryNames(new ObjectName("io.anyio:*"), null).size());
    }

    private static Map<String, Object> read(String name) throws Exception {
        ObjectName bean = new ObjectName(name);
        String[] names = Arrays.stream(SERVER.getMBeanInfo(bean).getAttributes()).map(MBeanAttributeInfo::getName)
                .filter(one -> !one.equals("LoopFigures")).toArray(String[]::new);
        AttributeList list = SERVER.getAttributes(bean, names);
        Map<String, Object> values = new TreeMap<>();
        for (Attribute attribute : list.asList()) {
            values.put(attribute.getName(), attribute.getValue());
        }
        return values;
    }

    @Test @Proves({"OP-32", "OP-35"})
    void theBeanHasTheFiguresOfAllLoopsAndServers() throws Exception {
        stage.loop("org.example.one", 5, true, 1, new LimiterDTO(40, 40, 3));
        stage.loop("org.example.two", 7, false, 2, new LimiterDTO(40, 1, 0));
        stage.serve();
        register(Stage.framework("one"), stage);
        assertEquals(Map.of("Loops", 2, "Tasks", 12, "StalledLoops", 1, "Stragglers", 3, "SaturatedLimiters", 1,
                "Listeners", 2, "Connections", 3, "ListenerFailures", 3L, "FailedListeners", 2),
                read("io.anyio:type=Loops"));
        assertEquals("anyio-org.example.one (carrier) of org.example.one: 5 tasks, 1 stragglers, 40 of 40 workers, "
                + "3 waiting, stalled",
                ((String[]) SERVER.getAttribute(new ObjectName("io.anyio:type=Loops"), "LoopFigures"))[0]);
    }

    @Test @Proves("OP-34")
    void theWhiteboardMayComeAndGo() throws Exception {
        register(Stage.framework("one"), stage);
        assertEquals(0, read("io.anyio:type=Loops").get("Listeners"));
        stage.serve();
        assertEquals(2, read("io.anyio:type=Loops").get("Listeners"));
        stage.whiteboard = null;
        assertEquals(0, read("io.anyio:type=Loops").get("Connections"));
    }

    @Test @Proves("OP-33")
    void anotherFrameworkOfTheProcessHasABeanOfItsOwn() throws Exception {
        Stage other = new Stage();
        other.loop("org.example", 1, false, 0, new LimiterDTO(40, 0, 0));
        JmxComponent first = register(Stage.framework("one"), stage);
        JmxComponent second = register(Stage.framework("two*"), other);
        assertEquals(0, read("io.anyio:type=Loops").get("Loops"));
        String name = "io.anyio:type=Loops,framework=" + ObjectName.quote("two*");
        assertEquals(1, read(name).get("Loops"));
        first.release();
        assertFalse(SERVER.isRegistered(new ObjectName("io.anyio:type=Loops")));
        assertEquals(1, read(name).get("Loops"));
        second.release();
        second.release();
        assertEquals(0, SERVER.queryNames(new ObjectName("io.anyio:*"), null).size());
    }
}
