package io.anyio.itest.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.instruction.ExceptionCatch;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.classfile.instruction.MonitorInstruction;
import java.lang.constant.ConstantDesc;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.reflect.AccessFlag;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Who may call whom in our bytecode, and what is called while a lock of the JDK is held.
 *
 * <p>A call through a class or interface may go to each of its methods in our code, one through a functional interface
 * also to each of our lambdas for it. A lambda that is given to a method of {@code java.util} is taken for called there
 * and then. So more is found than can happen, and nothing less but calls by reflection and callbacks through the JDK's
 * other packages.
 */
final class CallGraph {
    private static final Set<String> LOCKED_MAPS = Set.of("java/util/concurrent/ConcurrentHashMap",
            "java/util/concurrent/ConcurrentMap");
    private static final Set<String> LOCKED_CALLS = Set.of("computeIfAbsent", "computeIfPresent", "compute", "merge");

    private static final Set<String> GIVEN = Set.of("io/anyio/api/task/Block", "io/anyio/api/task/BlockWith",
            "io/anyio/api/task/Body", "io/anyio/api/task/BodyWith");

    /** A method, or a call of one. */
    record Method(String owner, String name, String type) {
        String shortly() {
            return owner.substring(owner.lastIndexOf('/') + 1) + "." + name;
        }
    }

    private final Map<Method, Set<Method>> calls = new HashMap<>();
    private final Map<Method, Set<Method>> locked = new LinkedHashMap<>();

    /** What a method links when it is first reached: lambdas, switches over types and enums, uses of a VarHandle. */
    private final Map<Method, Set<String>> linked = new HashMap<>();
    private final Map<String, Set<String>> subtypes = new HashMap<>();
    private final Map<String, List<String>> supertypes = new HashMap<>();

    /** The lambdas of a functional interface: by its name and the name of its method. */
    private final Map<String, Set<Method>> lambdas = new HashMap<>();

    /** Reads all classes of the bundles, or directories, in which some classes are. */
    static CallGraph of(List<Class<?>> representatives) throws IOException, URISyntaxException {
        CallGraph graph = new CallGraph();
        ClassFiles.visit(representatives, graph::read);
        return graph;
    }

    /** Which of these names no method has: a list of names has to follow the code. */
    Set<String> missing(Set<String> names) {
        Set<String> missing = new TreeSet<>(names);
        calls.keySet().forEach(method -> missing.remove(method.shortly()));
        return missing;
    }

    /** Reads one class. */
    void read(Path file) {
        try {
            read(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void read(byte[] bytes) {
        ClassModel model = ClassFile.of().parse(bytes);
        String name = model.thisClass().asInternalName();
        List<String> above = new ArrayList<>();
        model.superclass().map(ClassEntry::asInternalName).ifPresent(above::add);
        model.interfaces().forEach(type -> above.add(type.asInternalName()));
        supertypes.put(name, above);
        above.forEach(type -> subtypes.computeIfAbsent(type, _ -> new LinkedHashSet<>()).add(name));
        model.methods().forEach(method -> read(name, method));
    }

    private void read(String owner, MethodModel model) {
        Method method = new Method(owner, model.methodName().stringValue(), model.methodType().stringValue());
        Set<Method> callees = calls.computeIfAbsent(method, _ -> new LinkedHashSet<>());
        Set<Method> underLock = new LinkedHashSet<>();
        // a class initializer runs under a lock of the JVM's
        boolean all = model.flags().has(AccessFlag.SYNCHRONIZED) || method.name.equals("<clinit>");
        model.code().ifPresent(code -> {
            List<CodeElement> elements = code.elementList();
            boolean[] monitored = monitored(elements);
            Method lambda = null;
            for (int i = 0; i < elements.size(); i++) {
                String link = link(elements.get(i));
                if (link != null) {
                    linked.computeIfAbsent(method, _ -> new LinkedHashSet<>()).add(link);
                }
                if (elements.get(i) instanceof InvokeDynamicInstruction dynamic) {
                    lambda = lambda(dynamic);
                } else if (elements.get(i) instanceof InvokeInstruction call) {
                    String target = call.owner().asInternalName();
                    Method callee = new Method(target, call.name().stringValue(), call.type().stringValue());
                    boolean exact = call.opcode() == Opcode.INVOKESTATIC || call.opcode() == Opcode.INVOKESPECIAL;
                    Set<Method> found = new LinkedHashSet<>();
                    found.add(exact ? callee : new Method(target, callee.name, callee.type + "*"));
                    if (lambda != null && target.startsWith("java/util/")) {
                        found.add(lambda);
                        if (LOCKED_MAPS.contains(target) && LOCKED_CALLS.contains(callee.name)) {
                            underLock.add(lambda);
                        }
                    }
                    lambda = null;
                    callees.addAll(found);
                    if (all || monitored[i]) {
                        underLock.addAll(found);
                    }
                }
            }
        });
        if (!underLock.isEmpty()) {
            locked.put(method, underLock);
        }
    }

    private static String link(CodeElement element) {
        return switch (element) {
            case InvokeDynamicInstruction dynamic -> dynamic.bootstrapMethod().methodName();
            case FieldInstruction field when field.name().stringValue().startsWith("$SwitchMap$") ->
                "switch over an enum";
            case InvokeInstruction call when call.owner().asInternalName().startsWith("java/lang/invoke/") ->
                call.owner().asInternalName() + "." + call.name().stringValue();
            case InvokeInstruction call when JdkLinks.in(call.owner().asInternalName(), call.name().stringValue(),
                    call.type().stringValue()) ->
                call.owner().asInternalName() + "." + call.name().stringValue();
            default -> null;
        };
    }

    /** All that the methods of a class link. */
    Set<String> links(Class<?> type) {
        Set<String> links = new TreeSet<>();
        linked.forEach((method, some) -> links.addAll(method.owner.equals(type.getName().replace('.', '/'))
                ? some
                : Set.of()));
        return links;
    }

    /** A call of code that somebody gives: a job, the body of a task. */
    private static boolean isGiven(Method callee) {
        return callee.owner.startsWith("java/") || GIVEN.contains(callee.owner);
    }

    /**
     * The ways on which methods that link something are reached from others, the shortest for each; not through code
     * that somebody else gives, such as a job, and not through some methods. The methods to begin with must be there.
     * What has been linked early does not count.
     */
    List<String> waysToLinks(Set<String> entries, Set<String> except, Set<String> early) {
        Map<Method, Method> from = new LinkedHashMap<>();
        ArrayDeque<Method> queue = new ArrayDeque<>();
        calls.keySet().stream().filter(method -> entries.contains(method.shortly())).forEach(method -> {
            from.put(method, method);
            queue.add(method);
        });
        List<String> ways = new ArrayList<>(missing(entries).stream().map(entry -> "There is no " + entry).toList());
        while (!queue.isEmpty()) {
            Method at = queue.poll();
            Set<String> links = new LinkedHashSet<>(linked.getOrDefault(at, Set.of()));
            links.removeAll(early);
            if (!links.isEmpty()) {
                StringBuilder way = new StringBuilder(at.shortly()).append(' ').append(links);
                for (Method step = at; !from.get(step).equals(step); step = from.get(step)) {
                    way.insert(0, from.get(step).shortly() + " > ");
                }
                ways.add(way.toString());
            }
            for (Method callee : calls.getOrDefault(at, Set.of())) {
                for (Method method : isGiven(callee) ? Set.<Method>of() : resolve(callee)) {
                    if (!except.contains(method.shortly()) && from.putIfAbsent(method, at) == null) {
                        queue.add(method);
                    }
                }
            }
        }
        return ways.stream().sorted().toList();
    }

    /** What lies in a synchronized block: javac protects it by a handler for everything that gives the monitor back. */
    private static boolean[] monitored(List<CodeElement> elements) {
        Map<Label, Integer> places = new HashMap<>();
        for (int i = 0; i < elements.size(); i++) {
            if (elements.get(i) instanceof LabelTarget target) {
                places.put(target.label(), i);
            }
        }
        boolean[] monitored = new boolean[elements.size()];
        for (CodeElement element : elements) {
            if (element instanceof ExceptionCatch handler && handler.catchType().isEmpty()
                    && givesBack(elements, places.get(handler.handler()))) {
                for (int i = places.get(handler.tryStart()); i < places.get(handler.tryEnd()); i++) {
                    monitored[i] = true;
                }
            }
        }
        return monitored;
    }

    private static boolean givesBack(List<CodeElement> elements, int from) {
        for (int i = from; i < elements.size(); i++) {
            if (elements.get(i) instanceof MonitorInstruction) {
                return true;
            }
            if (elements.get(i) instanceof InvokeInstruction || elements.get(i) instanceof InvokeDynamicInstruction) {
                return false;
            }
        }
        return false;
    }

    private Method lambda(InvokeDynamicInstruction dynamic) {
        for (ConstantDesc argument : dynamic.bootstrapArgs()) {
            if (argument instanceof DirectMethodHandleDesc handle) {
                String owner = internal(handle.owner().descriptorString());
                boolean virtual = handle.refKind() == java.lang.invoke.MethodHandleInfo.REF_invokeVirtual
                        || handle.refKind() == java.lang.invoke.MethodHandleInfo.REF_invokeInterface;
                Method method = new Method(owner, handle.methodName(),
                        handle.lookupDescriptor() + (virtual ? "*" : ""));
                String type = dynamic.typeSymbol().returnType().descriptorString();
                lambdas.computeIfAbsent(internal(type) + "." + dynamic.name().stringValue(), _ -> new LinkedHashSet<>())
                        .add(method);
                return method;
            }
        }
        return null;
    }

    private static String internal(String descriptor) {
        return descriptor.startsWith("L") ? descriptor.substring(1, descriptor.length() - 1) : descriptor;
    }

    /**
     * The ways on which a method is reached while a lock is held; the shortest for each method that holds one. Some
     * methods are not looked into.
     */
    List<String> waysUnderLockTo(Set<String> targets, Set<String> except) {
        List<String> ways = new ArrayList<>();
        locked.forEach((holder, callees) -> {
            String way = except.contains(holder.shortly()) ? null : shortestWay(holder, callees, targets, except);
            if (way != null) {
                ways.add(way);
            }
        });
        return ways;
    }

    private String shortestWay(Method holder, Set<Method> callees, Set<String> targets, Set<String> except) {
        Map<Method, Method> from = new HashMap<>();
        ArrayDeque<Method> queue = new ArrayDeque<>();
        for (Method callee : callees) {
            for (Method method : resolve(callee)) {
                if (from.putIfAbsent(method, holder) == null) {
                    queue.add(method);
                }
            }
        }
        while (!queue.isEmpty()) {
            Method at = queue.poll();
            if (targets.contains(at.shortly())) {
                StringBuilder way = new StringBuilder(at.shortly());
                Method step = at;
                do {
                    step = from.get(step);
                    way.insert(0, step.shortly() + " > ");
                } while (!step.equals(holder));
                return way.toString();
            }
            for (Method callee : except.contains(at.shortly()) ? Set.<Method>of() : calls.getOrDefault(at, Set.of())) {
                for (Method method : resolve(callee)) {
                    if (!method.equals(holder) && from.putIfAbsent(method, at) == null) {
                        queue.add(method);
                    }
                }
            }
        }
        return null;
    }

    /** The methods of ours to which a call may go. */
    private Set<Method> resolve(Method call) {
        Set<Method> found = new LinkedHashSet<>();
        if (call.owner.equals("java/util/Iterator")) {
            // of a collection of the JDK's, as far as locks are held
            return Set.of();
        }
        boolean virtual = call.type.endsWith("*");
        String type = virtual ? call.type.substring(0, call.type.length() - 1) : call.type;
        inherited(call.owner, call.name, type, found);
        if (virtual) {
            below(call.owner, call.name, type, found);
            for (Method lambda : lambdas.getOrDefault(call.owner + "." + call.name, Set.of())) {
                found.addAll(resolve(lambda));
            }
        }
        return found;
    }

    private void inherited(String owner, String name, String type, Set<Method> found) {
        Method own = new Method(owner, name, type);
        if (calls.containsKey(own)) {
            found.add(own);
            return;
        }
        supertypes.getOrDefault(owner, List.of()).forEach(above -> inherited(above, name, type, found));
    }

    private void below(String owner, String name, String type, Set<Method> found) {
        for (String subtype : subtypes.getOrDefault(owner, Set.of())) {
            // a class may have inherited what it implements an interface with
            inherited(subtype, name, type, found);
            below(subtype, name, type, found);
        }
    }
}
