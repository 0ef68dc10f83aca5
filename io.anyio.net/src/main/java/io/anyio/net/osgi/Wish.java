package io.anyio.net.osgi;

/** What is to become of a service that asks to be a server. */
sealed interface Wish {

    /** It listens. */
    record Serve(TcpSettings settings) implements Wish {}

    /** Another service has its port. */
    record Shadowed(String reason) implements Wish {}

    /** It cannot be a server until its properties change. */
    record Failed(String reason) implements Wish {}

    /** It does not ask any more. */
    record Gone() implements Wish {}

    Wish GONE = new Gone();
}
