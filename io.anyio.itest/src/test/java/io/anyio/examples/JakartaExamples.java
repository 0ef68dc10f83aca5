package io.anyio.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.anyio.api.AnyIO;
import io.anyio.api.net.Network;
import io.anyio.api.net.SocketStream;
import io.anyio.api.thread.BlockingPortal;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ContextService;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import javax.naming.InitialContext;

/** The examples of the guide {@code docs/jakarta.md}: a test puts them into a WAR, and runs them in GlassFish. */
public final class JakartaExamples {
    private JakartaExamples() {}

    /** Asks an echo server, on the one loop of the application. */
    @WebServlet(urlPatterns = "/ask", loadOnStartup = 1)
    public static class Ask extends HttpServlet {
        private BlockingPortal portal;

        @PostConstruct
        void open() {
            portal = AnyIO.startBlockingPortal(o -> o.name("ask"));
        }

        @PreDestroy
        void close() {
            portal.close();
        }

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            int port = Integer.parseInt(request.getParameter("port"));
            response.getWriter().print(portal.call(() -> ask(port, "hello")));
        }

        private static String ask(int port, String word) throws IOException {
            return AnyIO.failAfter(Duration.ofSeconds(60), () -> {
                try (SocketStream stream = AnyIO.service(Network.class).connectTcp("localhost", port)) {
                    stream.send(word.getBytes(UTF_8));
                    return new String(stream.receive(), UTF_8);
                }
            });
        }
    }

    /** Looks up a name of the application in a worker thread of ours. */
    @WebServlet(urlPatterns = "/name", loadOnStartup = 1)
    public static class Name extends HttpServlet {
        @Resource
        private ContextService contexts;

        @Override @SuppressWarnings("BanJNDI") // the name is ours
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            try (BlockingPortal portal = AnyIO.startBlockingPortal()) {
                Callable<String> lookup = contexts
                        .contextualCallable(() -> InitialContext.doLookup("java:app/AppName"));
                String name = portal.call(() -> AnyIO.runInWorkerThread(() -> lookup.call()));
                response.getWriter().print(name);
            } catch (Exception e) {
                throw new IOException(e);
            }
        }
    }
}
