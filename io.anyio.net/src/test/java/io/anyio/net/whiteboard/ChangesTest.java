package io.anyio.net.whiteboard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.net.ConnectionHandler;
import io.anyio.api.whiteboard.FailureCode;
import io.anyio.net.whiteboard.FakeFramework.Service;
import io.anyio.proof.Proves;
import io.anyio.testing.EachBackend;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import org.junit.jupiter.api.Timeout;

/** What changes of properties, of handlers and of configurations do to servers and their connections. */
@Timeout(120)
class ChangesTest {
    // ---- properties

    @EachBackend @Proves("WB-24")
    void aChangeThatMeansNothingChangesNothing(String backend) throws Exception {
        try (Stage stage = new Stage(backend)) {
            Service service = stage.serve("kept", stage.on(stage.port));
            try (Socket socket = stage.connect(stage.port)) {
                assertEquals("kept", Stage.ask(socket));
                long count = stage.framework.changeCount();
                service.modify(stage.on("" + stage.port, "of.others", 1, "service.ranking", 3));
                assertEquals("kept", Stage.ask(socket));
                assertEquals(count, stage.framework.changeCount());
                assertEquals(1, stage.served().getFirst().accepted());
            }
            service.unregister();
        }
    }

    /** The handler of a component that cannot be activated. */
    private static Service failing(Stage stage, AtomicInteger tries, Map<String, Object> properties) {
        return stage.framework.new Service(() -> {
            tries.incrementAndGet();
            return null;
        }, properties).register();
    }

    @EachBackend @Proves({"WB-21", "WB-24"})
    void whatHasFailedIsTriedAgainOnlyIfItAsksForSomethingElse(String backend) throws Exception {
        try (Stage stage = new Stage(backend)) {
            AtomicInteger tries = new AtomicInteger();
            Service failed = failing(stage, tries, stage.on(stage.port, "name", "x", "service.ranking", 9));
            Object key = new Object();
            stage.board.configured(key, configuration(stage));
            Service next = stage.serve("next", stage.on(stage.port));
            Service last = stage.serve("last", stage.on(stage.port, "service.ranking", -1));
            assertEquals(2, tries.get(), "one for each that wants it");
            try (Socket socket = stage.connect(stage.port)) {
                assertEquals("next", Stage.ask(socket));
                Service other = stage.serve("other", Map.of());
                failed.modify(stage.on(stage.port, "name", "x", "service.ranking", 9, "of.others", 1));
                last.modify(stage.on(stage.port, "service.ranking", -1, "of.others", 1));
                other.unregister();
                assertEquals("next", Stage.ask(socket));
                assertEquals(1, stage.served().getFirst().accepted());
            }
            assertEquals(List.of(2, 2L, 1L), List.of(tries.get(), stage.toldAt(Level.SEVERE, "cannot be activated"),
                    stage.toldAt(Level.INFO, " belongs to ")));
            failed.modify(stage.on(stage.port + 1, "name", "x", "service.ranking", 9));
            assertEquals(3, tries.get(), "it wants another port");
            assertEquals("next", stage.ask(stage.port));
            stage.board.deleted(key);
            failed.unregister();
            next.unregister();
            last.unregister();
        }
    }

    @EachBackend @Proves("WB-25")
    void changedLimitsApplyToNewConnections(String backend) throws Exception {
        try (Stage stage = new Stage(backend)) {
            Service service = stage.serve("kept", stage.on(stage.port));
            try (Socket before = stage.connect(stage.port)) {
                assertEquals("kept", Stage.ask(before));
                service.modify(stage.on(stage.port, "anyio.tcp.idleTimeout", "100ms"));
                try (Socket after = stage.connect(stage.port)) {
                    assertEquals(-1, after.getInputStream().read(), "the new one is ended");
                }
                assertEquals("kept", Stage.ask(before), "the old one is not");
                assertEquals(2, stage.served().getFirst().accepted(), "it is the same server");
            }
            service.unregister();
        }
    }

    @EachBackend @Proves("WB-26")
    void aHigherLimitLetsWaitingOnesInAndALowerOneCutsNobodyOff(String backend) throws Exception {
        try (Stage stage = new Stage(backend)) {
            Service service = stage.serve("in", stage.on(stage.port, "anyio.tcp.maxConnections", 1));
            try (Socket first = stage.connect(stage.port); Socket second = stage.connect(stage.port)) {
                assertEquals("in", Stage.ask(first));
                second.getOutputStream().write('?');
                assertEquals(1, stage.served().getFirst().accepted());
                service.modify(stage.on(stage.port, "anyio.tcp.maxConnections", 2));
                assertEquals("in", Stage.read(second));
                service.modify(stage.on(stage.port, "anyio.tcp.maxConnections", 1));
                assertEquals("inin", Stage.ask(first) + Stage.ask(second));
                try (Socket third = stage.connect(stage.port)) {
                    third.getOutputStream().write('?');
                    first.shutdownOutput();
                    assertEquals("in", Stage.ask(second));
                    assertEquals(2, stage.served().getFirst().accepted(), "there are as many as the limit");
                    second.shutdownOutput();
                    assertEquals("in", Stage.read(third));
                }
            }
            service.unregister();
        }
    }

    @EachBackend @Proves({"WB-27", "WB-28"})
    void onlyTheEndPointsThatDifferChangeAndConnectionsGoOn(String backend) throws Exception {
        try (Stage stage = new Stage(backend)) {
            Service service = stage.serve("same", stage.on(new int[]{stage.port, stage.port + 1}));
            try (Socket stays = stage.connect(stage.port); Socket moved = stage.connect(stage.port + 1)) {
                assertEquals("samesame", Stage.ask(stays) + Stage.ask(moved));
                service.modify(stage.on(List.of(stage.port, stage.port + 2)));
                Stage.listen(stage.port + 1).close();
                assertEquals("same", stage.ask(stage.port + 2));
                assertEquals("samesame", Stage.ask(stays) + Stage.ask(moved));
                assertEquals(1, stage.served().getFirst().accepted(), "this one was not opened anew");
                service.modify(stage.on(List.of(stage.port, stage.port + 1)));
                assertEquals("same", stage.ask(stage.port + 1));
                assertEquals("same", Stage.ask(moved));
                service.unregister();
                assertEquals(-1, moved.getInputStream().read(), "it ends with the service");
            }
        }
    }

    @EachBackend @Proves("WB-28")
    void aServerWithoutAnEndPointEndsWithItsLastConnection(String backend) throws Exception {
        try (Stage stage = new Stage(backend)) {
            Service service = stage.serve("same", stage.on(stage.port));
            try (Socket socket = stage.connect(stage.port)) {
                assertEquals("same", Stage.ask(socket));
                service.modify(stage.on(stage.port + 1));
                assertEquals(2, stage.framework.handlersInUse.get());
            }
            Stage.await(() -> stage.framework.handlersInUse.get() == 1);
            service.unregister();
        }
    }

    // ---- handlers

    /** A handler of the scope prototype, whose instances are counted. */
    private static Service prototype(Stage stage, AtomicInteger made, ConnectionHandler handler) {
        return stage.framework.new Service(() -> {
            if (made.get() < 0) {
                return null;
            }
            made.incrementAndGet();
            return handler;
        }, stage.on(stage.port, "service.scope", "prototype")).register();
    }

    @EachBackend @Proves({"WB-36", "WB-37"})
    void aPrototypeIsAnInstanceForEachConnection(String backend) throws Exception {
        try (Stage stage = new Stage(backend)) {
            AtomicInteger made = new AtomicInteger();
            Service service = prototype(stage, made, stream -> {
                stream.send("own".getBytes(UTF_8));
                if (stream.receive()[0] == '!') {
                    throw new IllegalStateException("made by a test");
                }
            });
            assertEquals(0, made.get());
            try (Socket one = stage.connect(stage.port); Socket two = stage.connect(stage.port)) {
                assertEquals("ownown", Stage.read(one) + Stage.read(two));
                assertEquals(List.of(2, 2), List.of(made.get(), stage.framework.handlersInUse.get()));
                one.getOutputStream().write('!');
                assertEquals(-1, one.getInputStream().read());
                Stage.await(() -> stage.framework.handlersInUse.get() == 1);
                service.unregister();
                assertEquals(0, stage.framework.handlersInUse.get());
            }
            made.set(-1);
            Service broken = prototype(stage, made, _ -> {});
            try (Socket socket = stage.connect(stage.port)) {
                assertEquals(-1, socket.getInputStream().read());
            }
            Stage.await(() -> stage.served().getFirst().failures() == 1);
            broken.unregister();
        }
    }

    @EachBackend @Proves("WB-38")
    void anyOtherHandlerIsCalledForSeveralConnections(String backend) throws Exception {
        try (Stage stage = new Stage(backend)) {
            Service service = stage.serve("shared", stage.on(stage.port));
            List<Socket> sockets = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                sockets.add(stage.connect(stage.port));
                assertEquals("shared", Stage.ask(sockets.getLast()));
            }
            assertEquals(List.of(1, 3),
                    List.of(stage.framework.handlersInUse.get(), stage.served().getFirst().connections()));
            for (Socket socket : sockets) {
                socket.close();
            }
            service.unregister();
        }
    }

    @EachBackend @Proves("WB-39")
    void aTargetChoosesTheWhiteboard(String backend) throws Exception {
        try (Stage stage = new Stage(backend)) {
            Service service = stage.serve("chosen", stage.on(stage.port, "anyio.whiteboard.target", "(region=south)"));
            assertEquals(List.of(List.of(), List.of()), List.of(stage.served(), stage.failed()));
            service.modify(stage.on(stage.port, "anyio.whiteboard.target", "(region=north)"));
            assertEquals("chosen", stage.ask(stage.port));
            service.modify(stage.on(stage.port, "anyio.whiteboard.target", "(region=south)"));
            assertEquals(List.of(List.of(), List.of()), List.of(stage.served(), stage.failed()));
            Service wrong = stage.serve("wrong",
                    stage.on(stage.port, "anyio.whiteboard.target", "region=north", "anyio.tcp.backlog", "many"));
            assertEquals(List.of(FailureCode.INVALID), stage.codes());
            assertEquals(List.of("anyio.whiteboard.target", "anyio.tcp.backlog"), stage.failed().getFirst().keys());
            service.unregister();
            wrong.unregister();
        }
    }

    @EachBackend @Proves("WB-39")
    void aWhiteboardThatChangesKeepsWhoChoosesItAndEndsWhoDoesNot(String backend) throws Exception {
        try (Stage stage = new Stage(backend)) {
            Service north = stage.serve("north", stage.on(stage.port, "anyio.whiteboard.target", "(region=north)"));
            Service south = stage.serve("south",
                    stage.on(stage.port + 1, "anyio.whiteboard.target", "(region=south)"));
            Service any = stage.serve("any", stage.on(stage.port + 2));
            try (Socket ended = stage.connect(stage.port); Socket kept = stage.connect(stage.port + 2)) {
                assertEquals(List.of("north", "any"), List.of(Stage.ask(ended), Stage.ask(kept)));
                stage.board.change(Map.of("region", "south"));
                assertEquals(List.of("", "south", "any"),
                        List.of(stage.ask(stage.port), stage.ask(stage.port + 1), Stage.ask(kept)));
                assertEquals("", Stage.read(ended));
                stage.board.change(Map.of("region", "south", "color", "red"));
                assertEquals("any", Stage.ask(kept));
            }
            for (Service service : List.of(north, south, any)) {
                service.unregister();
            }
        }
    }

    @EachBackend @Proves("WB-39")
    void aTargetMatchesAllPropertiesOfTheRuntimeAndFollowsThem(String backend) throws Exception {
        try (Stage stage = new Stage(backend)) {
            Service stays = stage.serve("stays",
                    stage.on(stage.port, "anyio.whiteboard.target", "(&(service.bundleid=7)(anyio.endpoint=*))"));
            Service goes = stage.serve("goes", stage.on(stage.port + 1, "anyio.whiteboard.target", "(region=north)"));
            Service comes = stage.serve("comes", stage.on(stage.port + 2, "anyio.whiteboard.target", "(region=south)"));
            try (Socket socket = stage.connect(stage.port)) {
                assertEquals("stays", Stage.ask(socket));
                stage.board.change(Map.of("region", "south"));
                assertEquals("south", stage.framework.announced.getLast().get("region"));
                assertEquals("stays", Stage.ask(socket));
                assertEquals(List.of("", "comes"), List.of(stage.ask(stage.port + 1), stage.ask(stage.port + 2)));
                long count = stage.framework.changeCount();
                stage.board.change(Map.of("region", "south", "more", 1));
                assertEquals(1, stage.framework.announced.getLast().get("more"));
                assertEquals(count, stage.framework.changeCount());
            }
            stays.unregister();
            goes.unregister();
            comes.unregister();
        }
    }

    // ---- configurations

    private static Map<String, Object> configuration(Stage stage, Object... more) {
        return Stage.with(stage.on(stage.port, "service.pid", "io.anyio.net.listener~x", "handler.target", "(name=x)"),
                more);
    }

    @EachBackend @Proves({"WB-40", "WB-41", "WB-43"})
    void aConfigurationServesAHandlerThatMatches(String backend) throws Exception {
        try (Stage stage = new Stage(backend)) {
            Object key = new Object();
            stage.board.configured(key, configuration(stage));
            assertEquals(List.of(FailureCode.NO_HANDLER), stage.codes());
            assertTrue(stage.failed().getFirst().reason().contains("ConnectionHandler matches (name=x)"));
            assertEquals("io.anyio.net.listener~x", stage.failed().getFirst().pid());
            Service other = stage.serve("other", Map.of("name", "y"));
            Service first = stage.serve("first", Map.of("name", "x"));
            assertEquals("first", stage.ask(stage.port));
            assertEquals(List.of(), stage.failed());
            assertEquals("io.anyio.net.listener~x", stage.served().getFirst().pid());
            Service second = stage.serve("second", Map.of("name", "x", "service.ranking", 5));
            assertEquals("first", stage.ask(stage.port), "it keeps its handler");
            first.unregister();
            assertEquals("second", stage.ask(stage.port));
            second.modify(Map.of("name", "z"));
            assertEquals(List.of(FailureCode.NO_HANDLER), stage.codes());
            assertEquals("", stage.ask(stage.port));
            other.modify(Map.of("name", "x"));
            assertEquals("other", stage.ask(stage.port));
            stage.board.deleted(key);
            assertEquals(List.of(List.of(), List.of()), List.of(stage.served(), stage.failed()));
            Stage.listen(stage.port).close();
            other.unregister();
            second.unregister();
        }
    }

    @EachBackend @Proves("WB-42")
    void aConfigurationIsAsStrictAndKeepsTheLastGoodValues(String backend) throws Exception {
        try (Stage stage = new Stage(backend)) {
            Service service = stage.serve("x", Map.of("name", "x"));
            Object key = new Object();
            stage.board.configured(key,
                    configuration(stage, "handler.target", "name=x", "anyio.tcp.hots", "::1", "anyio.tcp.grace",
                            "soon"));
            assertEquals(List.of("handler.target", "anyio.tcp.hots", "anyio.tcp.grace"),
                    stage.failed().getFirst().keys());
            stage.board.configured(key, configuration(stage));
            assertEquals(List.of(), stage.failed());
            try (Socket socket = stage.connect(stage.port)) {
                assertEquals("x", Stage.ask(socket));
                for (Map<String, Object> wrong : List.of(configuration(stage, "handler.target", ""),
                        configuration(stage, "anyio.tcp.port", "http"))) {
                    stage.board.configured(key, wrong);
                    assertEquals(List.of(FailureCode.INVALID), stage.codes());
                    assertEquals("xx", Stage.ask(socket) + stage.ask(stage.port));
                }
                stage.board.configured(key, configuration(stage, "anyio.tcp.grace", "1s"));
                assertEquals("x", Stage.ask(socket), "a change of the grace restarts nothing");
            }
            assertEquals(List.of(), stage.failed());
            stage.board.deleted(key);
            service.unregister();
        }
    }
}
