package io.anyio.itest.table;

import io.anyio.api.AnyIO;
import io.anyio.api.task.BodyWith;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** All rows of the table: each public operation of each kind of objects has one, or a reason in {@link Exempt}. */
final class Rows {
    private static final Rows ROWS = new Rows();

    private final Map<String, Kind> kinds = new LinkedHashMap<>();

    private Rows() {
        TaskRows.add(this);
        SyncRows.add(this);
        PortalRows.add(this);
        ObjectRows.add(this);
        ByteRows.add(this);
        NetRows.add(this);
        FileRows.add(this);
    }

    /** Objects of one kind, and how they are seen. */
    static final class Kind {
        final String name;
        final Class<?> type;
        final Map<String, Row> rows = new LinkedHashMap<>();

        Kind(String name, Class<?> type) {
            this.name = name;
            this.type = type;
        }

        void row(String operation, BodyWith<Stage, Subject, Exception> open) {
            if (rows.put(operation, new Row(name, operation, open)) != null)
                throw new IllegalArgumentException(name + " has two rows for " + operation);
        }
    }

    Kind kind(String name, Class<?> type) {
        return kinds.computeIfAbsent(name, _ -> new Kind(name, type));
    }

    static List<Row> all() {
        return ROWS.kinds.values().stream().flatMap(kind -> kind.rows.values().stream()).toList();
    }

    /** Operations of the API without a row and without a reason, and types of the API that are no kind. */
    static List<String> missing() {
        List<String> missing = new ArrayList<>();
        for (Kind kind : ROWS.kinds.values()) {
            for (String operation : operations(kind.type)) {
                if (!kind.rows.containsKey(operation) && Exempt.reason(kind.type, operation) == null)
                    missing.add(kind.name + ": " + operation);
            }
        }
        for (Class<?> type : typesOfTheApi()) {
            boolean known = ROWS.kinds.values().stream().anyMatch(kind -> type.isAssignableFrom(kind.type));
            if (!known && !operations(type).isEmpty() && Exempt.reason(type) == null) missing.add(type.getName());
        }
        return missing;
    }

    /** Rows and reasons for what is not there any more. */
    static List<String> unknown() {
        List<String> unknown = new ArrayList<>();
        for (Kind kind : ROWS.kinds.values()) {
            kind.rows.keySet().stream().filter(operation -> !operations(kind.type).contains(operation))
                    .forEach(operation -> unknown.add(kind.name + ": " + operation));
        }
        Set<String> types = typesOfTheApi().stream().map(Class::getSimpleName).collect(Collectors.toSet());
        Set<String> operations = typesOfTheApi().stream()
                .flatMap(type -> operations(type).stream().flatMap(o -> Stream.of(o, type.getSimpleName() + "." + o)))
                .collect(Collectors.toSet());
        Exempt.REASONS.keySet().stream().filter(name -> !types.contains(name) && !operations.contains(name))
                .forEach(unknown::add);
        return unknown;
    }

    /** Names with the types of the parameters. */
    private static Set<String> operations(Class<?> type) {
        Set<String> operations = new TreeSet<>();
        for (Method method : type.getMethods()) {
            boolean facade = type == AnyIO.class;
            if (method.isBridge() || method.isSynthetic() || method.getDeclaringClass() == Object.class
                    || Modifier.isStatic(method.getModifiers()) != facade || isOfEveryObject(method))
                continue;
            operations.add(method.getName() + Arrays.stream(method.getParameterTypes()).map(Class::getSimpleName)
                    .collect(Collectors.joining(", ", "(", ")")));
        }
        return operations;
    }

    private static boolean isOfEveryObject(Method method) {
        return Arrays.stream(Object.class.getMethods()).anyMatch(m -> m.getName().equals(method.getName())
                && Arrays.equals(m.getParameterTypes(), method.getParameterTypes()));
    }

    /** What users call, without data, errors, annotations, and what our own bundles share. */
    private static List<Class<?>> typesOfTheApi() {
        try {
            URI location = AnyIO.class.getProtectionDomain().getCodeSource().getLocation().toURI();
            Path path = Path.of(location);
            if (Files.isDirectory(path)) return types(path);
            try (FileSystem jar = FileSystems.newFileSystem(path)) {
                return types(jar.getPath("/"));
            }
        } catch (URISyntaxException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Class<?>> types(Path root) throws IOException {
        Set<String> exported = Files.readAllLines(Path.of("../docs/api.txt")).stream()
                .map(line -> line.replaceFirst(" [0-9.]+$", "")).collect(Collectors.toSet());
        try (Stream<Path> files = Files.walk(root.resolve("io/anyio/api"))) {
            List<Class<?>> types = new ArrayList<>();
            for (String name : files.map(file -> root.relativize(file).toString())
                    .filter(name -> name.endsWith(".class")).sorted()
                    .toList()) {
                if (name.endsWith("package-info.class")) continue;
                Class<?> type = classOf(name.substring(0, name.length() - ".class".length()).replace('/', '.'));
                if (!exported.contains("package " + type.getPackageName()) || type.getPackageName().contains(".spi"))
                    continue;
                boolean data = type.isEnum() || type.isAnnotation() || Throwable.class.isAssignableFrom(type)
                        || type.isRecord() && !io.anyio.api.stream.AsyncResource.class.isAssignableFrom(type);
                if (visible(type) && !data) types.add(type);
            }
            return types;
        }
    }

    private static boolean visible(Class<?> type) {
        return Modifier.isPublic(type.getModifiers())
                && (type.getDeclaringClass() == null || visible(type.getDeclaringClass()));
    }

    private static Class<?> classOf(String name) {
        try {
            return Class.forName(name, false, Rows.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }
}
