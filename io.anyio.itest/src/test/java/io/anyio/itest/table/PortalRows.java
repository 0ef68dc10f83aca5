package io.anyio.itest.table;

import io.anyio.api.AnyIO;
import io.anyio.api.sync.Event;
import io.anyio.api.task.Block;
import io.anyio.api.thread.BlockingPortal;
import io.anyio.api.thread.PortalProvider;
import io.anyio.api.thread.Portals;
import io.anyio.api.thread.RunToken;
import io.anyio.api.thread.WrappedContext;

/** Doors into another loop, used by a task of this one. */
final class PortalRows {
    private PortalRows() {}

    static void add(Rows rows) {
        rows.kind("AnyIO", AnyIO.class).row("startBlockingPortal()",
                _ -> Subject.of(() -> AnyIO.startBlockingPortal().close()).anywhere());
        rows.kind("AnyIO", AnyIO.class).row("startBlockingPortal(UnaryOperator)",
                stage -> Subject.of(() -> AnyIO.startBlockingPortal(o -> o.backend(stage.backend)).close()).anywhere());
        rows.kind("portals", Portals.class).row("start()",
                _ -> Subject.of(() -> AnyIO.service(Portals.class).start().close()).anywhere());
        rows.kind("portals", Portals.class).row("start(UnaryOperator)",
                stage -> Subject.of(() -> AnyIO.service(Portals.class).start(o -> o.backend(stage.backend)).close())
                        .anywhere());
        portal(rows.kind("portal", BlockingPortal.class));
        wrapped(rows.kind("wrapped context", WrappedContext.class));
        provider(rows.kind("portal provider", PortalProvider.class));
        token(rows.kind("run token", RunToken.class));
    }

    /** A portal into a loop of its own, which ends with the stage. */
    private static BlockingPortal open(Stage stage) {
        BlockingPortal portal = AnyIO.service(Portals.class).start(o -> o.backend(stage.backend));
        stage.closing(() -> portal.stopFromExternalThread(true));
        return portal;
    }

    /** Calls that wait for a task of the other loop. */
    private interface Call {
        void call(BlockingPortal portal, Block<Exception> block) throws Exception;
    }

    private static void portal(Rows.Kind kind) {
        call(kind, "call(Block)", (portal, block) -> portal.call(block));
        call(kind, "call(Body)", (portal, block) -> portal.call(() -> {
            block.run();
            return 1;
        }));
        call(kind, "start(String, BlockWith)", (portal, block) -> portal.start("starts", started -> {
            block.run();
            started.set(1);
        }));
        kind.row("spawn(Block)", stage -> {
            BlockingPortal portal = open(stage);
            return Subject.of(() -> portal.spawn(() -> {})).anywhere().closes(portal::close,
                    IllegalStateException.class);
        });
        kind.row("spawn(Body)", stage -> {
            BlockingPortal portal = open(stage);
            return Subject.of(() -> portal.spawn(() -> 1)).anywhere().closes(portal::close,
                    IllegalStateException.class);
        });
        kind.row("spawn(String, Block)", stage -> {
            BlockingPortal portal = open(stage);
            return Subject.of(() -> portal.spawn("a", () -> {})).anywhere().closes(portal::close,
                    IllegalStateException.class);
        });
        kind.row("spawn(String, Body)", stage -> {
            BlockingPortal portal = open(stage);
            return Subject.of(() -> portal.spawn("a", () -> 1)).anywhere().closes(portal::close,
                    IllegalStateException.class);
        });
        kind.row("stop()", stage -> Subject.of(open(stage)::stop).noCheckpoint().anywhere());
        kind.row("stop(boolean)", stage -> {
            BlockingPortal portal = open(stage);
            return Subject.of(() -> portal.stop(true)).noCheckpoint().anywhere();
        });
        kind.row("sleepUntilStopped()", stage -> {
            BlockingPortal portal = open(stage);
            return Subject.of(portal::sleepUntilStopped).ready(portal::stop).waits(portal::stop);
        });
        kind.row("close()", stage -> Subject.of(open(stage)::close).inAnyCase().anywhere());
        kind.row("stopFromExternalThread(boolean)", stage -> {
            BlockingPortal portal = open(stage);
            return Subject.of(() -> portal.stopFromExternalThread(true)).inAnyCase().anywhere();
        });
    }

    private static void call(Rows.Kind kind, String operation, Call call) {
        kind.row(operation, stage -> {
            BlockingPortal portal = open(stage);
            Event go = AnyIO.createEvent();
            return Subject.of(() -> call.call(portal, go::await)).ready(go::set).waits(go::set).anywhere()
                    .closes(portal::close, IllegalStateException.class);
        });
    }

    private static void wrapped(Rows.Kind kind) {
        for (boolean block : new boolean[]{true, false}) {
            kind.row(block ? "run(BlockWith)" : "call(BodyWith, Object)", stage -> {
                BlockingPortal portal = open(stage);
                Event go = AnyIO.createEvent();
                WrappedContext<AutoCloseable, Exception> context = portal.wrap(() -> {
                    go.await();
                    return () -> {};
                });
                return Subject.of(() -> {
                    if (block)
                        context.run(_ -> {});
                    else
                        context.call(_ -> 1, 2);
                }).ready(go::set).waits(go::set).anywhere().closes(portal::close, IllegalStateException.class);
            });
        }
    }

    private static void provider(Rows.Kind kind) {
        kind.row("open()", stage -> {
            PortalProvider provider = AnyIO.service(Portals.class).provider(o -> o.backend(stage.backend));
            return Subject.of(() -> provider.open().close()).anywhere();
        });
        kind.row("run(BlockWith)", stage -> {
            PortalProvider provider = AnyIO.service(Portals.class).provider(o -> o.backend(stage.backend));
            return Subject.of(() -> provider.run(_ -> {})).anywhere();
        });
        kind.row("call(BodyWith)", stage -> {
            PortalProvider provider = AnyIO.service(Portals.class).provider(o -> o.backend(stage.backend));
            return Subject.of(() -> provider.call(_ -> 1)).anywhere();
        });
    }

    private static void token(Rows.Kind kind) {
        for (boolean block : new boolean[]{true, false}) {
            kind.row(block ? "call(Block)" : "call(Body)", stage -> {
                RunToken token = open(stage).call(AnyIO::currentToken);
                Event go = AnyIO.createEvent();
                return Subject.of(() -> {
                    if (block)
                        token.call(go::await);
                    else
                        token.call(() -> {
                            go.await();
                            return 1;
                        });
                }).ready(go::set).waits(go::set).anywhere();
            });
        }
    }
}
