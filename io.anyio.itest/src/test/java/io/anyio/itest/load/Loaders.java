package io.anyio.itest.load;

import io.anyio.itest.life.Books;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.BundleWiring;

/** Class loaders of former revisions of bundles. */
final class Loaders {
    private final List<Former> former = new ArrayList<>();

    private record Former(String name, WeakReference<ClassLoader> loader) {}

    /** The present one, if it has one, will soon be a former one. */
    void willGo(Bundle bundle) {
        BundleWiring wiring = bundle.adapt(BundleWiring.class);
        if (wiring != null) {
            String name = bundle + " " + bundle.getVersion();
            former.add(new Former(name, new WeakReference<>(wiring.getClassLoader())));
        }
    }

    /** Waits until nothing keeps them, but for those that are still in use. */
    void awaitEnd(List<Bundle> present) {
        List<ClassLoader> used = new ArrayList<>();
        for (Bundle bundle : present) {
            BundleWiring wiring = bundle.adapt(BundleWiring.class);
            if (wiring != null) {
                used.add(wiring.getClassLoader());
            }
        }
        former.removeIf(one -> used.contains(one.loader().get()));
        Books.await(this::kept, List::isEmpty, "No former class loader is kept");
        former.clear();
    }

    private List<String> kept() {
        System.gc();
        return former.stream().filter(one -> one.loader().get() != null).map(Former::name).toList();
    }
}
