package io.anyio.itest.life;

import static org.ops4j.pax.exam.CoreOptions.options;

import io.anyio.itest.exam.Framework;
import io.anyio.itest.exam.PaxExam;
import io.anyio.itest.exam.Reactor;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;

@PaxExam
class EquinoxConfiguredIT extends ConfiguredCases {

    @Configuration
    static Option[] configuration() {
        return options(Framework.EQUINOX,
                Reactor.bundles("io.anyio.api", "io.anyio.impl", "io.anyio.net", "io.anyio.tls",
                        "org.apache.felix.configadmin"),
                Reactor.declarativeServices(), Reactor.carrierFlags(), bundles());
    }
}
