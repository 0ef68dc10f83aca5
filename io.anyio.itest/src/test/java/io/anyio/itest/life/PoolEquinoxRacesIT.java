package io.anyio.itest.life;

import static org.ops4j.pax.exam.CoreOptions.options;

import io.anyio.itest.exam.Framework;
import io.anyio.itest.exam.PaxExam;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;

@PaxExam
class PoolEquinoxRacesIT extends RaceCases {

    @Configuration
    static Option[] configuration() {
        return options(Framework.EQUINOX, needed());
    }

    @Override
    String backend() {
        return "pool";
    }
}
