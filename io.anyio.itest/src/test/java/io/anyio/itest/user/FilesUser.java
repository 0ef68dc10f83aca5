package io.anyio.itest.user;

import io.anyio.api.AnyIO;
import io.anyio.api.file.AsyncFile;
import io.anyio.api.file.AsyncFiles;
import io.anyio.api.file.TemporaryPath;
import io.anyio.api.task.EventLoop;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.BiConsumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceScope;

/** Writes a file in a temporary directory and one beside it; what it opened it leaves to the end of its bundle. */
@Component(name = "files.user", service = {})
public final class FilesUser {
    /** Opens both. */
    @Activate
    public FilesUser(@Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED) EventLoop loop,
            @Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED) AsyncFiles files,
            @Reference(target = "(board=true)") BiConsumer<String, Object> board) {
        loop.spawn("writes", () -> {
            TemporaryPath kept = files.createTemporaryDirectory("user-");
            AsyncFile inside = files.openFile(kept.path().resolve("inside"), "w");
            inside.write(new byte[1]);
            Path path = Path.of(System.getProperty("java.io.tmpdir"), kept.path().getFileName() + ".beside");
            AsyncFile beside = files.openFile(path, "w");
            beside.write("not flushed".getBytes(StandardCharsets.UTF_8));
            board.accept("files.service", files);
            board.accept("files.directory", kept.path());
            board.accept("files.inside", inside);
            board.accept("files.beside", path);
            AnyIO.sleepForever();
        });
    }
}
