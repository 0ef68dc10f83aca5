package io.anyio.itest.exam.bundle;

import java.util.function.Supplier;
import org.osgi.service.component.annotations.Component;

/** A component of the user bundle that {@code UserBundleIT} installs. */
@Component(property = "greeting=true")
public final class Greeting implements Supplier<String> {

    @Override
    public String get() {
        return new Words().text();
    }

    private static final class Words {
        String text() {
            return "hello";
        }
    }
}
