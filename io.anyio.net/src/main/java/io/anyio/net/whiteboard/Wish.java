package io.anyio.net.whiteboard;

import io.anyio.api.whiteboard.FailureCode;
import io.anyio.net.settings.EndpointSettings;

/** The wanted state of an end point. */
sealed interface Wish {

    /** It should listen. */
    record Serve(EndpointSettings settings) implements Wish {}

    /** It should not listen, and its connections go on. */
    record Failed(FailureCode code, String reason) implements Wish {}

    /** Nobody requests it any more, and its connections go on. */
    record Left() implements Wish {}

    /** Its service has gone. */
    record Gone() implements Wish {}

    Wish LEFT = new Left();

    Wish GONE = new Gone();
}
