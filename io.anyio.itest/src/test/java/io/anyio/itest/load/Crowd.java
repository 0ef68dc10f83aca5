package io.anyio.itest.load;

import io.anyio.itest.life.Books;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The clients of both servers. One of ten is over TLS, and one of four of the others asks all the time. Those over TLS
 * are quiet, because a socket of the JDK that cannot write hears nothing more.
 */
final class Crowd implements AutoCloseable {
    private static final int SECURE_IN = 10;
    private static final int BUSY_IN = 4;

    private final Client.Dialer plain;
    private final Client.Dialer secure;
    private final List<Client> clients = new ArrayList<>();

    private enum Verdict {
        GOOD, PENDING, WRONG
    }

    Crowd(Client.Dialer plain, Client.Dialer secure) {
        this.plain = plain;
        this.secure = secure;
    }

    /** Has so many clients connected, and each of them answered. */
    void fill(int wanted) {
        add(wanted / SECURE_IN, secure, true);
        add(wanted - wanted / SECURE_IN, plain, false);
        await(client -> client.answers() > 0, "have an answer");
    }

    private void add(int wanted, Client.Dialer dialer, boolean overTls) {
        for (int i = sizeOver(overTls); i < wanted; i++) {
            clients.add(new Client(dialer, overTls, !overTls && i % BUSY_IN == 0).begin());
        }
    }

    /** Waits until each client has been dismissed with a good-bye or has another answer; the latter stay. */
    void settle() {
        Map<Client, Integer> before = new HashMap<>();
        for (Client client : clients) {
            before.put(client, client.answers());
            boolean _ = client.ask();
        }
        await(client -> client.wasDismissed() || client.answers() > before.get(client), "have an answer or a good-bye");
        clients.removeIf(Client::wasDismissed);
    }

    int size() {
        return clients.size();
    }

    int sizeOver(boolean tls) {
        return (int) clients.stream().filter(client -> client.overTls() == tls).count();
    }

    /** Waits until each client has been dismissed with a good-bye. */
    void awaitEnd() {
        await(Client::wasDismissed, "have a good-bye");
        clients.clear();
    }

    private void await(Predicate<Client> wanted, String what) {
        Map<Verdict, List<Client>> seen = Books.await(() -> judge(wanted),
                verdicts -> verdicts.containsKey(Verdict.WRONG) || !verdicts.containsKey(Verdict.PENDING),
                "All of " + clients.size() + " clients " + what);
        List<Client> wrong = seen.getOrDefault(Verdict.WRONG, List.of());
        if (!wrong.isEmpty()) {
            throw new AssertionError(wrong.size() + " of " + clients.size() + " clients do not " + what
                    + ", but have ended: " + wrong);
        }
    }

    private Map<Verdict, List<Client>> judge(Predicate<Client> wanted) {
        Map<Verdict, List<Client>> verdicts = new HashMap<>();
        for (Client client : clients) {
            boolean ended = client.hasEnded();
            Verdict verdict = wanted.test(client) ? Verdict.GOOD : ended ? Verdict.WRONG : Verdict.PENDING;
            verdicts.computeIfAbsent(verdict, _ -> new ArrayList<>()).add(client);
        }
        verdicts.remove(Verdict.GOOD);
        return verdicts;
    }

    @Override
    public void close() throws IOException {
        for (Client client : clients) {
            client.close();
        }
    }
}
