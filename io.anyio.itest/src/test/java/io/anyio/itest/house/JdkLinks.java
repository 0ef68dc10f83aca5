package io.anyio.itest.house;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.MethodModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which methods of the JDK's public classes use a VarHandle or a lambda, themselves or in what they call of the same
 * class and its nested ones: the JVM links each such use when it is first reached. Most atomics and concurrent
 * collections do; the field updaters do not.
 */
final class JdkLinks {
    private static final Map<String, Optional<ClassModel>> CLASSES = new HashMap<>();
    private static final Map<String, Boolean> FOUND = new HashMap<>();

    private JdkLinks() {}

    /** Whether this method may link something when it is first called. */
    static boolean in(String owner, String name, String type) {
        return owner.startsWith("java/")
                && FOUND.computeIfAbsent(owner + "." + name + type, _ -> in(owner, name, type, new HashSet<>()));
    }

    private static boolean in(String owner, String name, String type, Set<String> seen) {
        if (!seen.add(owner + "." + name + type)) {
            return false;
        }
        Optional<ClassModel> model = CLASSES.computeIfAbsent(owner, JdkLinks::read);
        if (model.isEmpty()) {
            return false;
        }
        for (MethodModel method : model.get().methods()) {
            if (method.methodName().equalsString(name) && method.methodType().equalsString(type)) {
                return method.code().stream().flatMap(code -> code.elementStream())
                        .anyMatch(element -> links(owner, element, seen));
            }
        }
        return model.get().superclass().map(ClassEntry::asInternalName).filter(above -> in(above, name, type, seen))
                .isPresent();
    }

    private static boolean links(String owner, CodeElement element, Set<String> seen) {
        return switch (element) {
            case InvokeDynamicInstruction _ -> true;
            case InvokeInstruction call -> {
                String target = call.owner().asInternalName();
                yield target.equals("java/lang/invoke/VarHandle") || target.equals("java/lang/invoke/MethodHandle")
                        || outermost(target).equals(outermost(owner))
                                && in(target, call.name().stringValue(), call.type().stringValue(), seen);
            }
            default -> false;
        };
    }

    private static String outermost(String owner) {
        int nested = owner.indexOf('$');
        return nested < 0 ? owner : owner.substring(0, nested);
    }

    private static Optional<ClassModel> read(String owner) {
        try (InputStream in = ClassLoader.getSystemResourceAsStream(owner + ".class")) {
            return in == null ? Optional.empty() : Optional.of(ClassFile.of().parse(in.readAllBytes()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
