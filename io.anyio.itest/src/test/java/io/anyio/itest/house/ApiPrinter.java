package io.anyio.itest.house;

import aQute.bnd.header.Attrs;
import aQute.bnd.header.Parameters;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.GenericDeclaration;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Prints what a bundle exports: packages with their versions, and their public and protected types and members, sorted.
 */
final class ApiPrinter {
    private final List<String> lines = new ArrayList<>();

    List<String> print(Path bundle) throws IOException, ClassNotFoundException {
        try (JarFile jar = new JarFile(bundle.toFile())) {
            var exports = new Parameters(jar.getManifest().getMainAttributes().getValue("Export-Package"));
            for (Map.Entry<String, Attrs> export : new TreeMap<>(exports).entrySet()) {
                lines.add("");
                lines.add("package " + export.getKey() + " " + export.getValue().getVersion());
                for (String type : typesOf(jar, export.getKey())) {
                    try (InputStream in = jar.getInputStream(jar.getEntry(type.replace('.', '/') + ".class"))) {
                        print(Class.forName(type, false, ApiPrinter.class.getClassLoader()), in.readAllBytes());
                    }
                }
            }
        }
        return lines;
    }

    private static List<String> typesOf(JarFile jar, String packageName) {
        String folder = packageName.replace('.', '/') + "/";
        return jar.stream().map(entry -> entry.getName())
                .filter(name -> name.startsWith(folder) && name.endsWith(".class"))
                .filter(name -> name.indexOf('/', folder.length()) < 0 && !name.endsWith("/package-info.class"))
                .map(name -> name.substring(0, name.length() - ".class".length()).replace('/', '.')).sorted().toList();
    }

    private void print(Class<?> type, byte[] bytes) {
        if (!visible(type)) return;
        lines.add("");
        String permits = type.isSealed()
                ? list(" permits ", Arrays.stream(type.getPermittedSubclasses()).map(Class::getName))
                : "";
        lines.add(shorten(type.getPackageName(),
                osgiRole(bytes) + deprecated(type) + modifiersAndKind(type) + type.getName() + variables(type)
                        + parents(type) + permits));
        Stream<String> members = Stream.of(
                Arrays.stream(type.getDeclaredFields()).filter(ApiPrinter::visible).map(ApiPrinter::field),
                Arrays.stream(type.getDeclaredConstructors()).filter(ApiPrinter::visible).map(ApiPrinter::constructor),
                Arrays.stream(type.getDeclaredMethods()).filter(m -> visible(m) && !m.isBridge())
                        .map(ApiPrinter::method))
                .flatMap(s -> s);
        members.map(m -> "    " + shorten(type.getPackageName(), m)).sorted().forEach(lines::add);
    }

    private static boolean visible(Class<?> type) {
        return visible(type.getModifiers()) && !type.isSynthetic()
                && (type.getDeclaringClass() == null || visible(type.getDeclaringClass()));
    }

    private static boolean visible(Member member) {
        return visible(member.getModifiers()) && !member.isSynthetic();
    }

    private static boolean visible(int modifiers) {
        return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
    }

    /** Who implements the type decides what a change to it breaks; the annotation is in the class file only. */
    private static String osgiRole(byte[] bytes) {
        return ClassFile.of().parse(bytes).findAttribute(Attributes.runtimeInvisibleAnnotations()).stream()
                .flatMap(a -> a.annotations().stream()).map(a -> a.className().stringValue())
                .filter(name -> name.startsWith("Lorg/osgi/annotation/versioning/"))
                .map(name -> "@" + name.substring(name.lastIndexOf('/') + 1, name.length() - 1) + " ").sorted()
                .collect(Collectors.joining());
    }

    private static String deprecated(AnnotatedElement element) {
        return element.isAnnotationPresent(Deprecated.class) ? "@Deprecated " : "";
    }

    private static String modifiersAndKind(Class<?> type) {
        String text = type.toGenericString();
        return text.substring(0, text.indexOf(type.getName())).replace("abstract interface", "interface")
                .replace("static ", "");
    }

    private static String variables(GenericDeclaration declaration) {
        return list("<", Arrays.stream(declaration.getTypeParameters()).map(v -> v.getName() + list(" extends ",
                Arrays.stream(v.getAnnotatedBounds()).map(AnnotatedType::toString)
                        .filter(bound -> !bound.equals("java.lang.Object")))))
                .replaceFirst("(.)$", "$1>");
    }

    private static String parents(Class<?> type) {
        AnnotatedType parent = type.getAnnotatedSuperclass();
        boolean plain = parent == null || type.isEnum() || type.isRecord() || parent.getType() == Object.class;
        return (plain ? "" : " extends " + parent)
                + list(type.isInterface() ? " extends " : " implements ",
                        Arrays.stream(type.getAnnotatedInterfaces()).map(AnnotatedType::toString));
    }

    private static String field(Field f) {
        return deprecated(f) + modifiers(f.getModifiers() & Modifier.fieldModifiers()) + f.getAnnotatedType() + " "
                + f.getName();
    }

    private static String constructor(Constructor<?> c) {
        return deprecated(c) + modifiers(c.getModifiers() & Modifier.constructorModifiers()) + spaced(variables(c))
                + "<init>" + parameters(c);
    }

    private static String method(Method m) {
        Object value = m.getDefaultValue();
        int implied = m.getDeclaringClass().isInterface() ? Modifier.PUBLIC | Modifier.ABSTRACT : 0;
        return deprecated(m) + modifiers(m.getModifiers() & Modifier.methodModifiers() & ~implied)
                + (m.isDefault() ? "default " : "") + spaced(variables(m))
                + m.getAnnotatedReturnType() + " " + m.getName() + parameters(m)
                + (value == null ? "" : " default " + text(value));
    }

    private static String text(Object value) {
        return value instanceof Object[] array ? Arrays.toString(array) : value.toString();
    }

    private static String parameters(Executable e) {
        return "(" + list("", Arrays.stream(e.getAnnotatedParameterTypes()).map(AnnotatedType::toString)) + ")"
                + list(" throws ", Arrays.stream(e.getAnnotatedExceptionTypes()).map(AnnotatedType::toString));
    }

    private static String modifiers(int modifiers) {
        return spaced(Modifier.toString(modifiers));
    }

    private static String spaced(String text) {
        return text.isEmpty() ? "" : text + " ";
    }

    private static String list(String before, Stream<String> items) {
        String all = items.collect(Collectors.joining(", "));
        return all.isEmpty() ? "" : before + all;
    }

    /** Leaves the names of java.lang, of JSpecify's annotations and of the package itself without their package. */
    private static String shorten(String packageName, String text) {
        return text.replaceAll("@org\\.jspecify\\.annotations\\.(\\w+)\\(\\)", "@$1")
                .replaceAll("\\bjava\\.lang\\.(?=[A-Z])", "")
                .replaceAll("\\b" + packageName.replace(".", "\\.") + "\\.(?=[A-Z])", "");
    }
}
