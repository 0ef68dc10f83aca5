package io.anyio.impl.file;

import io.anyio.api.file.AsyncFiles;
import io.anyio.api.spi.Holder;
import io.anyio.api.spi.Owners;
import io.anyio.api.spi.ServiceSource;
import org.jspecify.annotations.Nullable;

/** The service for plain Java. */
public final class FileServices implements ServiceSource {
    /** Called by {@link java.util.ServiceLoader}. */
    public FileServices() {}

    @Override
    public <S> @Nullable S create(Class<S> type, Owners owners) {
        if (type != AsyncFiles.class) {
            return null;
        }
        Holder application = new Holder(Holder.APPLICATION, "application", null, () -> false);
        return type.cast(new OwnedFiles(owners.open("AsyncFiles", application)));
    }
}
