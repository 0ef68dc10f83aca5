package io.anyio.net;

import io.anyio.api.spi.Owner;
import io.anyio.api.spi.Reactor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/** An owner that fails in one step of opening a socket: the first, the second, and so on. */
public final class FaultyOwner {
    /** What the step throws. */
    public static final class Fault extends RuntimeException {
        Fault(String step) {
            super(step);
        }
    }

    private final Owner owner;
    private int stepsLeft = Integer.MAX_VALUE;
    private boolean failed;

    public FaultyOwner(Owner owner) {
        this.owner = owner;
    }

    /** The owner that opens the socket. */
    public Owner asOwner() {
        return (Owner) Proxy.newProxyInstance(Owner.class.getClassLoader(), new Class<?>[]{Owner.class},
                (_, method, arguments) -> switch (method.getName()) {
                    case "reactor" -> {
                        step("reactor");
                        Reactor reactor = owner.reactor();
                        yield (Reactor) channel -> {
                            step("registering the channel");
                            return reactor.register(channel);
                        };
                    }
                    case "register" -> {
                        step("registering the resource");
                        Object nothing = invoke(method, arguments);
                        step("after registering the resource");
                        yield nothing;
                    }
                    default -> invoke(method, arguments);
                });
    }

    private Object invoke(Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(owner, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** Lets a step fail. */
    public void failAt(int step) {
        stepsLeft = step;
        failed = false;
    }

    /** Whether there was such a step. */
    public boolean failed() {
        return failed;
    }

    private void step(String what) {
        if (stepsLeft-- == 0) {
            failed = true;
            throw new Fault(what);
        }
    }
}
