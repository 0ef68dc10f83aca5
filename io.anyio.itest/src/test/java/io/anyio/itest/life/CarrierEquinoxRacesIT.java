package io.anyio.itest.life;

import static org.ops4j.pax.exam.CoreOptions.options;

import io.anyio.itest.exam.Framework;
import io.anyio.itest.exam.PaxExam;
import io.anyio.itest.exam.Reactor;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;

@PaxExam
class CarrierEquinoxRacesIT extends RaceCases {

    @Configuration
    static Option[] configuration() {
        return options(Framework.EQUINOX, Reactor.carrierFlags(), needed());
    }

    @Override
    String backend() {
        return "carrier";
    }
}
