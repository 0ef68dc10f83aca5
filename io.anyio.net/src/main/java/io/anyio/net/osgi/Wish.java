package io.anyio.net.osgi;

/** The wanted state of a service that requests a server. */
sealed interface Wish {

    /** It should listen. */
    record Serve(TcpSettings settings) implements Wish {}

    /** Another service has its port. */
    record Shadowed(String reason) implements Wish {}

    /** It cannot be a server until its properties change. */
    record Failed(String reason) implements Wish {}

    /** It has no request any more. */
    record Gone() implements Wish {}

    Wish GONE = new Gone();
}
