package io.anyio.tls;

import io.anyio.api.AnyIO;
import io.anyio.api.stream.ByteStream;
import io.anyio.api.stream.Listener;
import io.anyio.api.task.BlockWith;
import io.anyio.api.task.TaskGroup;
import java.io.IOException;

/** A listener to which one connection comes. */
record OneStream(ByteStream stream) implements Listener<ByteStream> {
    @Override
    public void serve(BlockWith<? super ByteStream, ?> handler) throws IOException {
        AnyIO.createTaskGroup(IOException.class).run(group -> serve(handler, group));
    }

    @Override
    public void serve(BlockWith<? super ByteStream, ?> handler, TaskGroup<?> group) {
        group.spawn("connection", () -> handler.run(stream));
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }
}
