package io.anyio.itest.house;

import static java.lang.constant.ConstantDescs.INIT_NAME;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.ArrayLoadInstruction;
import java.lang.classfile.instruction.ArrayStoreInstruction;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.ConvertInstruction;
import java.lang.classfile.instruction.ExceptionCatch;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.LookupSwitchInstruction;
import java.lang.classfile.instruction.MonitorInstruction;
import java.lang.classfile.instruction.NewMultiArrayInstruction;
import java.lang.classfile.instruction.NewObjectInstruction;
import java.lang.classfile.instruction.NewPrimitiveArrayInstruction;
import java.lang.classfile.instruction.NewReferenceArrayInstruction;
import java.lang.classfile.instruction.OperatorInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.classfile.instruction.StackInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.lang.classfile.instruction.TableSwitchInstruction;
import java.lang.classfile.instruction.ThrowInstruction;
import java.lang.classfile.instruction.TypeCheckInstruction;
import java.lang.constant.MethodTypeDesc;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds where a constructor gives {@code this} away: as an argument, captured by a lambda or an inner object, or stored
 * in something else. It follows the stack of the byte code, and the object's own methods that the constructor calls;
 * what an own method of a superclass does with it is found in the superclass, if that is ours.
 */
final class Escapes {
    private static final Entry THIS = new Entry(true, false);
    private static final Entry WORD = new Entry(false, false);
    private static final Entry WIDE = new Entry(false, true);

    private final ClassModel model;
    private final String name;
    private final Set<String> found = new HashSet<>();
    private final Set<String> followed = new HashSet<>();

    /** A place of the stack. */
    private record Entry(boolean self, boolean wide) {
        static Entry of(TypeKind kind) {
            return kind.slotSize() == 2 ? WIDE : WORD;
        }
    }

    private Escapes(ClassModel model) {
        this.model = model;
        this.name = model.thisClass().asInternalName().replace('/', '.');
    }

    /** The places in one class file, as {@code class: to whom}. */
    static Set<String> in(Path file) {
        try {
            Escapes escapes = new Escapes(ClassFile.of().parse(file));
            escapes.model.methods().stream().filter(method -> method.methodName().equalsString(INIT_NAME))
                    .forEach(escapes::follow);
            return escapes.found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void escapes(String to) {
        found.add(name + ": " + to);
    }

    private void follow(MethodModel method) {
        if (followed.add(method.methodName().stringValue() + method.methodType().stringValue())) {
            method.code().ifPresent(code -> new Frame().run(code.elementList()));
        }
    }

    /** The stack of one method, element by element. */
    private final class Frame {
        private final Map<Label, List<Entry>> atLabels = new HashMap<>();
        private List<Entry> stack = new ArrayList<>();
        private boolean reached = true;

        void run(List<CodeElement> elements) {
            for (CodeElement element : elements) {
                if (element instanceof ExceptionCatch handler) {
                    atLabels.put(handler.handler(), List.of(WORD));
                }
            }
            for (CodeElement element : elements) {
                if (element instanceof LabelTarget target) {
                    arrive(target.label());
                } else if (reached) {
                    step(element);
                }
            }
        }

        private void arrive(Label label) {
            List<Entry> known = atLabels.get(label);
            if (known == null) {
                return;
            }
            List<Entry> merged = new ArrayList<>(known);
            for (int i = 0; reached && i < merged.size(); i++) {
                if (stack.get(i).self) {
                    merged.set(i, THIS);
                }
            }
            stack = merged;
            reached = true;
        }

        private void push(Entry entry) {
            stack.add(entry);
        }

        private void push(TypeKind kind) {
            if (kind != TypeKind.VOID) {
                push(Entry.of(kind));
            }
        }

        private Entry pop() {
            return stack.removeLast();
        }

        private void pop(int count) {
            for (int i = 0; i < count; i++) {
                pop();
            }
        }

        private void popUnlessThis(String to) {
            if (pop().self) {
                escapes(to);
            }
        }

        private void step(CodeElement element) {
            switch (element) {
                case LoadInstruction load ->
                    push(load.slot() == 0 && load.typeKind() == TypeKind.REFERENCE ? THIS : Entry.of(load.typeKind()));
                case ConstantInstruction constant -> push(constant.typeKind());
                case NewObjectInstruction _ -> push(WORD);
                case StoreInstruction _ -> popUnlessThis("a variable");
                case FieldInstruction field -> field(field);
                case InvokeInstruction call -> call(call);
                case InvokeDynamicInstruction lambda -> {
                    arguments(lambda.typeSymbol(), "a lambda");
                    push(TypeKind.from(lambda.typeSymbol().returnType()));
                }
                case ArrayStoreInstruction _ -> {
                    popUnlessThis("an array");
                    pop(2);
                }
                case ArrayLoadInstruction load -> {
                    pop(2);
                    push(load.typeKind());
                }
                case NewMultiArrayInstruction array -> {
                    pop(array.dimensions());
                    push(WORD);
                }
                case NewPrimitiveArrayInstruction _,NewReferenceArrayInstruction _ -> {
                    pop();
                    push(WORD);
                }
                case TypeCheckInstruction check -> push(check.opcode() == Opcode.CHECKCAST ? pop() : popped(WORD));
                case ConvertInstruction convert -> push(popped(Entry.of(convert.toType())));
                case OperatorInstruction operator -> operate(operator);
                case StackInstruction shuffle -> shuffle(shuffle.opcode());
                case BranchInstruction branch -> branch(branch);
                case TableSwitchInstruction table -> {
                    pop();
                    table.cases().forEach(each -> jump(each.target()));
                    jump(table.defaultTarget());
                    reached = false;
                }
                case LookupSwitchInstruction table -> {
                    pop();
                    table.cases().forEach(each -> jump(each.target()));
                    jump(table.defaultTarget());
                    reached = false;
                }
                case MonitorInstruction _ -> pop();
                case ReturnInstruction _,ThrowInstruction _ -> reached = false;
                default -> {
                    // of no effect on the stack: increments, and what is no instruction
                }
            }
        }

        private Entry popped(Entry then) {
            pop();
            return then;
        }

        private void field(FieldInstruction field) {
            String to = field.owner().name().stringValue().replace('/', '.') + "." + field.name();
            switch (field.opcode()) {
                case GETSTATIC -> push(TypeKind.from(field.typeSymbol()));
                case PUTSTATIC -> popUnlessThis(to);
                case GETFIELD -> {
                    pop();
                    push(TypeKind.from(field.typeSymbol()));
                }
                default -> {
                    popUnlessThis(to);
                    pop();
                }
            }
        }

        private void call(InvokeInstruction call) {
            String owner = call.owner().asInternalName().replace('/', '.');
            arguments(call.typeSymbol(), owner.substring(owner.lastIndexOf('.') + 1) + "." + call.name());
            if (call.opcode() != Opcode.INVOKESTATIC && pop().self && owner.equals(name)) {
                model.methods().stream()
                        .filter(method -> method.methodName().equals(call.name())
                                && method.methodType().equals(call.type()))
                        .forEach(Escapes.this::follow);
            }
            push(TypeKind.from(call.typeSymbol().returnType()));
        }

        private void arguments(MethodTypeDesc type, String to) {
            for (int i = 0; i < type.parameterCount(); i++) {
                popUnlessThis(to);
            }
        }

        private void operate(OperatorInstruction operator) {
            boolean one = switch (operator.opcode()) {
                case INEG, LNEG, FNEG, DNEG, ARRAYLENGTH -> true;
                default -> false;
            };
            boolean compares = switch (operator.opcode()) {
                case LCMP, FCMPL, FCMPG, DCMPL, DCMPG -> true;
                default -> false;
            };
            pop(one ? 1 : 2);
            push(compares || operator.opcode() == Opcode.ARRAYLENGTH ? WORD : Entry.of(operator.typeKind()));
        }

        private void shuffle(Opcode opcode) {
            Entry top = pop();
            switch (opcode) {
                case POP -> {
                    // that was it
                }
                case POP2 -> {
                    if (!top.wide) {
                        pop();
                    }
                }
                case DUP -> put(top, top);
                case DUP_X1 -> {
                    Entry second = pop();
                    put(top, second, top);
                }
                case DUP_X2 -> {
                    Entry second = pop();
                    if (second.wide) {
                        put(top, second, top);
                    } else {
                        Entry third = pop();
                        put(top, third, second, top);
                    }
                }
                case DUP2 -> {
                    if (top.wide) {
                        put(top, top);
                    } else {
                        Entry second = pop();
                        put(second, top, second, top);
                    }
                }
                case DUP2_X1 -> {
                    Entry second = pop();
                    put(top, second, top);
                }
                case SWAP -> {
                    Entry second = pop();
                    put(top, second);
                }
                default ->
                    throw new IllegalStateException(name + " has an instruction that javac does not use: " + opcode);
            }
        }

        private void put(Entry... entries) {
            stack.addAll(List.of(entries));
        }

        private void branch(BranchInstruction branch) {
            switch (branch.opcode()) {
                case GOTO, GOTO_W -> {
                    jump(branch.target());
                    reached = false;
                }
                case IF_ICMPEQ, IF_ICMPNE, IF_ICMPLT, IF_ICMPGE, IF_ICMPGT, IF_ICMPLE, IF_ACMPEQ, IF_ACMPNE -> {
                    pop(2);
                    jump(branch.target());
                }
                default -> {
                    pop();
                    jump(branch.target());
                }
            }
        }

        private void jump(Label target) {
            atLabels.putIfAbsent(target, List.copyOf(stack));
        }
    }
}
