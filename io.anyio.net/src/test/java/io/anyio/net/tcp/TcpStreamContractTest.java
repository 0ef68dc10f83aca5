package io.anyio.net.tcp;

import io.anyio.net.Pair;
import io.anyio.testing.ByteStreamContract;

/** TCP streams do what every stream of bytes has to do. */
class TcpStreamContractTest extends ByteStreamContract {

    @Override
    protected Ends open() throws Exception {
        Pair pair = Pair.open();
        return new Ends(pair.client(), pair.server());
    }
}
