package io.anyio.itest.net;

import static org.ops4j.pax.exam.CoreOptions.options;

import io.anyio.itest.exam.PaxExam;
import io.anyio.itest.exam.Reactor;
import io.anyio.itest.exam.UserBundle;
import io.anyio.itest.user.EchoServer;
import io.anyio.itest.user.Farewell;
import io.anyio.itest.user.NetworkUser;
import io.anyio.itest.user.PipeUser;
import io.anyio.itest.user.TlsAsker;
import io.anyio.itest.user.TlsUser;
import io.anyio.itest.user.UdpUser;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;

@PaxExam
class CarrierNetIT extends NetCases {

    @Configuration
    static Option[] configuration() {
        return options(Reactor.bundles("io.anyio.api", "io.anyio.impl", "io.anyio.net", "io.anyio.tls"),
                Reactor.declarativeServices(), Reactor.carrierFlags(),
                UserBundle.of(ECHO, EchoServer.class), UserBundle.of(BY_HAND, NetworkUser.class),
                UserBundle.of(DATAGRAMS, UdpUser.class), UserBundle.of(PIPE, PipeUser.class),
                UserBundle.of(FAREWELL, Farewell.class), UserBundle.of(SECURE, TlsUser.class, TlsAsker.class));
    }

    @Override
    String backend() {
        return "carrier";
    }
}
