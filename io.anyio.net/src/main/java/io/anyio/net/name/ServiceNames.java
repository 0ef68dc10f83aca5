package io.anyio.net.name;

import io.anyio.api.net.SocketType;
import io.anyio.net.socket.Ports;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * The names of ports, from the list of the operating system. The list is read for each lookup. If there is no list, no
 * name is known.
 *
 * @param file the list; each line has a name, a port with its protocol, and further names
 * @param blocking runs the code that reads it
 */
record ServiceNames(Path file, BlockingLookups blocking) {

    /** One line of the list. */
    private record Service(List<String> names, int port, SocketType type) {}

    static ServiceNames ofSystem() {
        String windows = System.getenv("SystemRoot");
        return new ServiceNames(
                windows == null ? Path.of("/etc/services") : Path.of(windows, "System32", "drivers", "etc", "services"),
                new BlockingLookups());
    }

    OptionalInt port(String name, SocketType type) throws IOException {
        return blocking.call("lookup of " + name, () -> services()
                .filter(service -> service.type == type && service.names.contains(name)).mapToInt(Service::port)
                .findFirst());
    }

    Optional<String> name(int port, SocketType type) throws IOException {
        return blocking.call("lookup of port " + port,
                () -> services().filter(service -> service.type == type && service.port == port)
                        .map(service -> service.names.getFirst()).findFirst());
    }

    private Stream<Service> services() throws IOException {
        if (!Files.isReadable(file)) {
            return Stream.empty();
        }
        return Files.readAllLines(file, StandardCharsets.ISO_8859_1).stream().flatMap(line -> parsed(line).stream());
    }

    /** Parses a line; empty if it has another form. */
    private static Optional<Service> parsed(String line) {
        int comment = line.indexOf('#');
        String[] words = (comment < 0 ? line : line.substring(0, comment)).strip().split("\\s+", -1);
        String[] portAndProtocol = words.length < 2 ? words : words[1].split("/", -1);
        if (portAndProtocol.length != 2 || !portAndProtocol[0].matches("\\d{1,5}")) {
            return Optional.empty();
        }
        List<String> names = Stream.concat(Stream.of(words[0]), Arrays.stream(words).skip(2)).toList();
        int port = Integer.parseInt(portAndProtocol[0]);
        if (port > Ports.MAX) {
            return Optional.empty();
        }
        return switch (portAndProtocol[1]) {
            case "tcp" -> Optional.of(new Service(names, port, SocketType.STREAM));
            case "udp" -> Optional.of(new Service(names, port, SocketType.DATAGRAM));
            default -> Optional.empty();
        };
    }
}
