package io.anyio.impl.jfr;

import java.util.List;
import jdk.jfr.AnnotationElement;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.EventFactory;
import jdk.jfr.EventType;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import jdk.jfr.ValueDescriptor;

/**
 * One kind of event, which is off unless a recording enables it.
 *
 * <p>The flight recorder generates the class of the events, in a loader of its own. It would rewrite an event class of
 * ours to call a package inside the JDK. A bundle does not see that package, so each task that writes such an event
 * would fail with a {@code NoClassDefFoundError}.
 */
final class EventKind {
    private final EventFactory factory;
    private final EventType type;

    EventKind(String name, String label, String description, ValueDescriptor... fields) {
        factory = EventFactory.create(
                List.of(new AnnotationElement(Name.class, "io.anyio." + name),
                        new AnnotationElement(Label.class, label),
                        new AnnotationElement(Description.class, description),
                        new AnnotationElement(Category.class, new String[]{"AnyIO"}),
                        new AnnotationElement(Enabled.class, false), new AnnotationElement(StackTrace.class, false)),
                List.of(fields));
        type = factory.getEventType();
    }

    static ValueDescriptor text(String name, String label) {
        return new ValueDescriptor(String.class, name, List.of(new AnnotationElement(Label.class, label)));
    }

    static ValueDescriptor number(String name, String label) {
        return new ValueDescriptor(long.class, name, List.of(new AnnotationElement(Label.class, label)));
    }

    static ValueDescriptor nanos(String name, String label) {
        return new ValueDescriptor(long.class, name,
                List.of(new AnnotationElement(Label.class, label),
                        new AnnotationElement(Timespan.class, Timespan.NANOSECONDS)));
    }

    boolean isEnabled() {
        return type.isEnabled();
    }

    /** Writes an event; the values are in the order of the fields. */
    void write(Object... values) {
        Event event = factory.newEvent();
        for (int i = 0; i < values.length; i++) {
            event.set(i, values[i]);
        }
        event.commit();
    }

    /** Unregisters it from the flight recorder; events that were recorded stay readable. */
    void unregister() {
        factory.unregister();
    }
}
