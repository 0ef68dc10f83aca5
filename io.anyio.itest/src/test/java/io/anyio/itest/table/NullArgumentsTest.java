package io.anyio.itest.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.attribute.TypedAttribute;
import io.anyio.api.debug.TaskTree;
import io.anyio.api.file.AsyncFiles;
import io.anyio.api.net.Connectable;
import io.anyio.api.net.ConnectionHandler;
import io.anyio.api.net.DatagramHandler;
import io.anyio.api.net.Listeners;
import io.anyio.api.net.Network;
import io.anyio.api.net.SocketListener;
import io.anyio.api.net.SocketStream;
import io.anyio.api.net.TcpConnectable;
import io.anyio.api.net.UdpPacket;
import io.anyio.api.net.UnixConnectable;
import io.anyio.api.process.Processes;
import io.anyio.api.signal.Signals;
import io.anyio.api.spi.Holder;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.stream.BufferedByteReceiveStream;
import io.anyio.api.stream.BufferedByteStream;
import io.anyio.api.stream.ByteStream;
import io.anyio.api.stream.ForwardingByteStream;
import io.anyio.api.stream.MemoryByteStreams;
import io.anyio.api.stream.MemoryObjectStream;
import io.anyio.api.stream.MemoryStreams;
import io.anyio.api.stream.MultiListener;
import io.anyio.api.stream.ServeStatistics;
import io.anyio.api.stream.StapledByteStream;
import io.anyio.api.stream.StapledObjectStream;
import io.anyio.api.stream.TextReceiveStream;
import io.anyio.api.stream.TextSendStream;
import io.anyio.api.stream.TextStream;
import io.anyio.api.sync.Condition;
import io.anyio.api.sync.Synchronization;
import io.anyio.api.task.Block;
import io.anyio.api.task.BlockWith;
import io.anyio.api.task.Body;
import io.anyio.api.task.BodyWith;
import io.anyio.api.task.ContextCarrier;
import io.anyio.api.task.Deadline;
import io.anyio.api.task.ExceptionGroup;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.thread.BlockingPortal;
import io.anyio.api.thread.Inside;
import io.anyio.api.thread.Portals;
import io.anyio.api.thread.TaskLocal;
import io.anyio.api.thread.Threads;
import io.anyio.api.tls.HandshakeErrorHandler;
import io.anyio.api.tls.Tls;
import io.anyio.api.tls.TlsContext;
import io.anyio.api.tls.TlsStream;
import io.anyio.impl.owner.HolderOwners;
import io.anyio.impl.owner.LoopRuntime;
import io.anyio.impl.owner.OwnedEventLoop;
import io.anyio.impl.portal.OwnedPortals;
import io.anyio.testing.AnyioTest;
import io.anyio.testing.Sequencer;
import io.anyio.testing.VirtualClock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedTypeVariable;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.TypeVariable;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/**
 * Null is refused where it is given, by a message that names it, in every method of every public type; but for what is
 * annotated as nullable, and what is listed here.
 */
class NullArgumentsTest {
    private static final UnaryOperator<Object> TO_NULL = _ -> null;
    private static final Map<Class<?>, Object> PRIMITIVES = Map.of(int.class, 1, long.class, 1L, boolean.class, true);

    /** Types that are looked into no further, or methods, each with the reason. */
    private static final Map<String, String> EXEMPT = Map.ofEntries(
            Map.entry("io.anyio.api.spi", "only our own bundles call it"),
            Map.entry("io.anyio.api.gather", "behind the facade, which refuses"),
            Map.entry("io.anyio.api.debug", "only our own bundles make them"),
            Map.entry("io.anyio.api.whiteboard", "only our own bundles make them"),
            Map.entry("AroundEach", "code of a test's own"),
            Map.entry("ContextCarrier", "code of a user's own"),
            Map.entry("Statistics", "only the primitives make them"),
            Map.entry("equals", "false is the answer"),
            Map.entry("valueOf", "the compiler made it"),
            Map.entry("forEach", "the JDK's: its message is its own"),
            Map.entry("Exception", "who makes one has an error to tell"),
            Map.entry("Error", "who makes one has an error to tell"));

    private static SSLContext tls;

    private static final class Carrier implements ContextCarrier {
        @Override
        public @Nullable Object capture() {
            return null;
        }

        @Override
        public Runnable restore(Object captured) {
            return () -> {};
        }
    }

    /** As a user has it, so that the constructor of the class above it can be called. */
    private static final class Wrapping extends ForwardingByteStream {
        Wrapping(ByteStream wrapped) {
            super(wrapped);
        }
    }

    private final List<Object> objects = new ArrayList<>();
    private final Set<String> wrong = new TreeSet<>();
    private int looks;

    @BeforeAll
    static void makeKeys(@TempDir Path folder) throws Exception {
        tls = Keys.make(folder);
    }

    @AnyioTest(timeout = 120)
    void nothingTakesNullThatDoesNotSaySo() throws Exception {
        // the streams end with the run, and so does a task that took null for its code
        AnyIO.createTaskGroup(Exception.class).run(group -> {
            learn(group);
            look(ForwardingByteStream.class, Wrapping.class.getDeclaredConstructor(ByteStream.class),
                    List.of(Wrapping.class));
            for (Class<?> type : publicTypes()) {
                if (!isExempt(type.getName()) && !isExempt(type.getSimpleName())) {
                    look(type);
                }
            }
            group.cancel();
        });
        assertEquals("", String.join("\n", wrong));
        assertTrue(looks > 300, () -> "only " + looks + " arguments were tried");
    }

    private static boolean isExempt(String name) {
        return EXEMPT.containsKey(name)
                || EXEMPT.keySet().stream().anyMatch(end -> name.endsWith(end) || name.startsWith(end + "."));
    }

    private static List<Class<?>> publicTypes() throws Exception {
        List<Class<?>> types = new ArrayList<>();
        for (Class<?> one : List.of(AnyIO.class, VirtualClock.class)) {
            Path location = Path.of(one.getProtectionDomain().getCodeSource().getLocation().toURI());
            if (Files.isDirectory(location)) {
                addTypes(location, types);
            } else {
                try (FileSystem jar = FileSystems.newFileSystem(URI.create("jar:" + location.toUri()), Map.of())) {
                    addTypes(jar.getPath("/"), types);
                }
            }
        }
        return types.stream().distinct().toList();
    }

    private static void addTypes(Path root, List<Class<?>> types) throws Exception {
        List<Path> files;
        try (Stream<Path> all = Files.walk(root)) {
            files = all.filter(file -> file.toString().endsWith(".class")).toList();
        }
        for (Path file : files) {
            String path = root.relativize(file).toString();
            String name = path.substring(0, path.length() - ".class".length()).replace('/', '.');
            if (name.startsWith("io.anyio.api.") || name.startsWith("io.anyio.testing.")) {
                Class<?> type = Class.forName(name, false, AnyIO.class.getClassLoader());
                Class<?> outer = type.getEnclosingClass();
                if (Modifier.isPublic(type.getModifiers()) && !type.isAnnotation() && !type.isSynthetic()
                        && (outer == null || Modifier.isPublic(outer.getModifiers()))) {
                    types.add(type);
                }
            }
        }
    }

    // ---- objects

    private void learn(TaskGroup<Exception> group) throws Exception {
        know(Duration.ofSeconds(1), Deadline.NEVER, "text", "text".getBytes(StandardCharsets.UTF_8),
                ByteBuffer.allocate(1),
                UnaryOperator.identity(), RuntimeException.class, List.of("text"),
                new Body<?, ?>[]{() -> ""}, new Object(), (Predicate<Object>) _ -> true, (BooleanSupplier) () -> true,
                (Supplier<Object>) () -> Optional.of(""), (Consumer<Object>) _ -> {}, (Runnable) () -> {}, Map.of(),
                Set.of(), Thread.currentThread(), StandardCharsets.UTF_8, CodingErrorAction.REPORT, OptionalInt.empty(),
                OptionalLong.empty(), new CompletableFuture<>(), InetAddress.getLoopbackAddress(),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 1), Path.of("none"), tls,
                new PrintStream(new ByteArrayOutputStream()), new PrintWriter(new ByteArrayOutputStream(), true,
                        StandardCharsets.UTF_8),
                new ExceptionGroup(List.of(new RuntimeException())));
        know((Body<Object, RuntimeException>) () -> "", (Block<RuntimeException>) () -> {},
                (BodyWith<Object, Object, RuntimeException>) _ -> "", (BlockWith<Object, RuntimeException>) _ -> {},
                (HandshakeErrorHandler) (_, _) -> {}, (ConnectionHandler) _ -> {}, new Carrier(),
                (TlsContext) () -> tls, (DatagramHandler) (_, _) -> {});
        Condition condition = AnyIO.createCondition();
        condition.acquire();
        know(AnyIO.createLock(), condition, AnyIO.createSemaphore(1), AnyIO.createCapacityLimiter(100),
                AnyIO.createEvent(), AnyIO.createResourceGuard("using"), AnyIO.openCancelScope(),
                AnyIO.createTaskGroup(),
                group, group.spawn("child", AnyIO::sleepForever), AnyIO.currentToken(),
                TaskLocal.of("local"), TypedAttribute.of(String.class, "attribute"), new VirtualClock(),
                new Sequencer());
        know(AnyIO.service(Synchronization.class), AnyIO.service(MemoryStreams.class), AnyIO.service(TaskTree.class),
                AnyIO.service(Threads.class), AnyIO.service(Network.class), AnyIO.service(Listeners.class),
                AnyIO.service(Tls.class), TaskContext.current("").runtime());
        portals(group);
        streams(group);
        files();
    }

    private void know(Object... known) {
        objects.addAll(Arrays.asList(known));
    }

    private void portals(TaskGroup<Exception> group) {
        LoopRuntime runtime = new LoopRuntime();
        HolderOwners owners = new HolderOwners(runtime, Duration.ofSeconds(1));
        Holder holder = new Holder(7, "holder", null, () -> false);
        know(new OwnedEventLoop(owners.open("EventLoop", holder)), AnyIO.service(Portals.class),
                new OwnedPortals(owners.open("Portals", holder), runtime::open));
        BlockingPortal portal = AnyIO.startBlockingPortal();
        group.spawn("closes", () -> {
            try {
                AnyIO.sleepForever();
            } finally {
                portal.stop(true);
                owners.close();
            }
        });
        know(portal, portal.wrap((BlockWith<Inside<Object>, RuntimeException>) i -> i.use("")),
                AnyIO.service(Portals.class).provider(), AnyIO.service(Signals.class),
                AnyIO.service(Processes.class));
    }

    private void files() throws IOException {
        AsyncFiles files = AnyIO.service(AsyncFiles.class);
        Path path = files.createTemporaryFile("null", "").path();
        know(files, files.openFile(path, "r+"), files.openTextFile(path, "r+"), files.openFile(path, "r").wrapped());
    }

    private void streams(TaskGroup<Exception> group) throws IOException {
        MemoryByteStreams bytes = AnyIO.createMemoryByteStreams(1000);
        MemoryObjectStream<byte[]> items = AnyIO.createMemoryObjectStream(100);
        StapledObjectStream<byte[]> objectStream = new StapledObjectStream<>(items.sender(), items.receiver());
        SocketListener listener = AnyIO.service(Listeners.class).tcp(0, o -> o.host("127.0.0.1"));
        know(new TcpConnectable(AnyIO.service(Network.class), "localhost", 1),
                new UnixConnectable(AnyIO.service(Network.class), Path.of("socket")),
                (Connectable) () -> listener.accept());
        SocketStream client = AnyIO.service(Network.class).connectTcp("127.0.0.1", listener.localPort());
        SocketStream server = listener.accept();
        know(bytes, items, objectStream, listener, client, server, bytes.first(), items.sender(), items.receiver(),
                new BufferedByteReceiveStream(bytes.first()), new BufferedByteReceiveStream(objectStream),
                new BufferedByteStream(bytes.first()), new Wrapping(bytes.first()),
                new StapledByteStream(bytes.first(), bytes.first()),
                new TextReceiveStream(bytes.first()), new TextSendStream(bytes.first()), new TextStream(bytes.first()),
                new ServeStatistics(), new MultiListener<>(List.of(listener)),
                AnyIO.service(Tls.class).listen(listener, o -> o.context(tls)),
                new UdpPacket(new byte[1], new InetSocketAddress(InetAddress.getLoopbackAddress(), 1)));
        group.spawn("handshake", () -> {
            AnyIO.service(Tls.class).wrap(server, o -> o.context(tls).serverSide(true));
            AnyIO.sleepForever();
        });
        TlsStream secured = AnyIO.service(Tls.class).wrap(client, o -> o.context(tls).hostname("localhost"));
        know(secured, AnyIO.service(Network.class).createUdpSocket(o -> o.localHost("127.0.0.1")),
                AnyIO.service(Network.class).createConnectedUdpSocket("127.0.0.1", listener.localPort()));
    }

    // ---- the look

    private void look(Class<?> type) throws Exception {
        for (Constructor<?> constructor : type.getConstructors()) {
            look(type, constructor, List.of(type));
        }
        for (Method method : type.getDeclaredMethods()) {
            if (Modifier.isPublic(method.getModifiers()) && !method.isSynthetic() && !isExempt(method.getName())) {
                boolean isStatic = Modifier.isStatic(method.getModifiers());
                look(type, method, isStatic ? List.of(type) : instancesOf(type));
            }
        }
    }

    private List<Object> instancesOf(Class<?> type) throws Exception {
        List<Object> found = new ArrayList<>(objects.stream().filter(type::isInstance).toList());
        if (found.isEmpty()) {
            for (Field field : type.getFields()) {
                if (Modifier.isStatic(field.getModifiers()) && field.getType() == type) {
                    found.add(field.get(null));
                    break;
                }
            }
        }
        return found;
    }

    private void look(Class<?> type, Executable method, List<?> targets) throws Exception {
        Parameter[] parameters = method.getParameters();
        for (int i = 0; i < parameters.length; i++) {
            if (mayBeNull(method, parameters[i]) || isNullableComponent(type, method, i)) {
                continue;
            }
            if (targets.isEmpty()) {
                wrong.add("No example of " + type);
            }
            for (Object target : targets) {
                // code of a test's own: a functional interface that users write
                if (!target.getClass().isHidden()) {
                    look(method, target, i, null);
                    if (parameters[i].getType() == UnaryOperator.class) {
                        look(method, target, i, TO_NULL);
                    }
                }
            }
        }
    }

    private static boolean mayBeNull(AnnotatedElement method, Parameter parameter) {
        return parameter.getType().isPrimitive() || parameter.getAnnotatedType().isAnnotationPresent(Nullable.class)
                || (parameter.getParameterizedType() instanceof TypeVariable<?> variable
                        && isNullable(variable));
    }

    /** In compact constructors javac forgets the annotations of arrays. */
    private static boolean isNullableComponent(Class<?> type, Executable method, int index) {
        return type.isRecord() && method instanceof Constructor
                && type.getRecordComponents()[index].getAnnotatedType().isAnnotationPresent(Nullable.class);
    }

    private static boolean isNullable(TypeVariable<?> variable) {
        return Arrays.stream(variable.getAnnotatedBounds())
                .anyMatch(bound -> bound.isAnnotationPresent(Nullable.class)
                        || (bound instanceof AnnotatedTypeVariable other
                                && isNullable((TypeVariable<?>) other.getType())));
    }

    private void look(Executable method, Object target, int which, @Nullable Object bad) throws Exception {
        looks++;
        Object[] arguments = new Object[method.getParameterCount()];
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = i == which ? bad : example(method.getParameterTypes()[i]);
        }
        String what = (method.getDeclaringClass() == target || method.getDeclaringClass() == target.getClass()
                ? ""
                : target.getClass().getSimpleName() + " as ") + method.getDeclaringClass().getSimpleName() + "."
                + (method instanceof Constructor ? "new" : method.getName()) + " with "
                + (bad == null ? "null" : "a function to null") + " as "
                + method.getParameters()[which].getType().getSimpleName() + " (" + which + ")";
        try {
            AnyIO.failAfter(Duration.ofSeconds(2), () -> {
                if (method instanceof Constructor<?> constructor) {
                    constructor.newInstance(arguments);
                } else {
                    ((Method) method).invoke(target, arguments);
                }
            });
            wrong.add(what + " is accepted");
        } catch (InvocationTargetException e) {
            Throwable error = e.getCause();
            String message = String.valueOf(error.getMessage());
            if (!(error instanceof NullPointerException || error instanceof IllegalArgumentException)
                    || message.startsWith("Cannot ") || !message.contains(" null")) {
                wrong.add(what + ": " + error);
            }
        } catch (RuntimeException e) {
            wrong.add(what + ": " + e);
        }
    }

    private Object example(Class<?> type) throws Exception {
        if (PRIMITIVES.containsKey(type)) {
            return PRIMITIVES.get(type);
        }
        if (type.isEnum()) {
            return type.getEnumConstants()[0];
        }
        for (Object known : objects) {
            if (type == Object.class || type.isInstance(known)) {
                return known;
            }
        }
        List<Object> instances = instancesOf(type);
        if (instances.isEmpty()) {
            throw new AssertionError("No example of " + type);
        }
        return instances.getFirst();
    }
}
