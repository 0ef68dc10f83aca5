package io.anyio.itest.house;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.anyio.api.AnyIO;
import io.anyio.api.attribute.TypedAttributeProvider;
import io.anyio.impl.owner.LoopRuntime;
import io.anyio.net.NetServices;
import io.anyio.tls.TlsService;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What is put on something else passes on each method that the other one may do better than the default method. */
class PassedOnTest {
    /** Their default methods only choose a value, or ask the other methods. */
    private static final Set<String> SUGAR = Set.of("attribute(TypedAttribute)", "attribute(TypedAttribute, Object)",
            "iterator()", "localPort()", "receive()", "serve(BlockWith)", "serve(BlockWith, UnaryOperator)",
            "serve(BlockWith, TaskGroup, UnaryOperator)");

    private static final String NO_WRAPPER = "it is put on nothing that has the method";
    private static final String BUFFER = "the bytes come out of its own buffer";
    private static final String DRAINED = "the listener of which it is a part drains";
    private static final String ONE_METHOD = "subclasses see each byte in one method";

    /** Who has a default method that is none of these, and why it is the right one. */
    private static final Map<String, String> RIGHT = Map.ofEntries(
            Map.entry("Acceptor.drain()", DRAINED), Map.entry("TcpAcceptor.drain()", DRAINED),
            Map.entry("UnixAcceptor.drain()", DRAINED),
            Map.entry("ReadAhead.receive(BlockWith)", BUFFER),
            Map.entry("MemoryByteStream.attributes()", NO_WRAPPER),
            Map.entry("MemoryByteStream.receive(BlockWith)", NO_WRAPPER),
            Map.entry("PipeReceiveStream.attributes()", NO_WRAPPER),
            Map.entry("PipeSendStream.attributes()", NO_WRAPPER),
            Map.entry("Receiver.attributes()", NO_WRAPPER),
            Map.entry("ReadStream.attributes()", NO_WRAPPER),
            Map.entry("ReadStream.receive(BlockWith)", NO_WRAPPER),
            Map.entry("WriteStream.attributes()", NO_WRAPPER),
            Map.entry("ReceiveEnd.attributes()", NO_WRAPPER),
            Map.entry("SendEnd.attributes()", NO_WRAPPER),
            Map.entry("BufferedByteReceiveStream.receive(BlockWith)", BUFFER),
            Map.entry("BufferedByteReceiveStream.receive(ByteBuffer)", BUFFER),
            Map.entry("BufferedByteStream.receive(BlockWith)", BUFFER),
            Map.entry("BufferedByteStream.receive(ByteBuffer)", BUFFER),
            Map.entry("ObjectTransport.receive(ByteBuffer)", BUFFER),
            Map.entry("ForwardingByteStream.receive(BlockWith)", ONE_METHOD),
            Map.entry("ForwardingByteStream.receive(ByteBuffer)", ONE_METHOD));

    @Test
    void noDefaultMethodIsInheritedByMistake() throws Exception {
        Set<String> inherited = new TreeSet<>();
        ClassFiles.visit(List.of(AnyIO.class, LoopRuntime.class, NetServices.class, TlsService.class), file -> {
            String name = file.toString().replace('/', '.');
            int begin = name.lastIndexOf(".io.anyio.") + 1;
            if (begin > 0 && !name.endsWith("-info.class")) {
                addInherited(name.substring(begin, name.length() - ".class".length()), inherited);
            }
        });
        assertEquals(RIGHT.keySet(), inherited);
    }

    private static void addInherited(String name, Set<String> inherited) {
        Class<?> type;
        try {
            type = Class.forName(name, false, PassedOnTest.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
        if (type.isInterface() || !TypedAttributeProvider.class.isAssignableFrom(type)) {
            return;
        }
        for (Method method : type.getMethods()) {
            String signature = method.getName() + Arrays.stream(method.getParameterTypes()).map(Class::getSimpleName)
                    .collect(Collectors.joining(", ", "(", ")"));
            if (method.isDefault() && method.getDeclaringClass().getName().startsWith("io.anyio.api.")
                    && !method.getDeclaringClass().getName().startsWith("io.anyio.api.spi.")
                    && !SUGAR.contains(signature)) {
                inherited.add(type.getSimpleName() + "." + signature);
            }
        }
    }
}
