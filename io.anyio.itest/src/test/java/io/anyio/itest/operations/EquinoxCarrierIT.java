package io.anyio.itest.operations;

import static org.ops4j.pax.exam.CoreOptions.options;

import io.anyio.itest.exam.Framework;
import io.anyio.itest.exam.PaxExam;
import io.anyio.itest.exam.Reactor;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;

@PaxExam
class EquinoxCarrierIT extends CarrierCases {

    @Configuration
    static Option[] configuration() {
        return options(Framework.EQUINOX, Reactor.bundles("io.anyio.api", "io.anyio.impl"),
                Reactor.declarativeServices(), Reactor.carrierFlags());
    }
}
