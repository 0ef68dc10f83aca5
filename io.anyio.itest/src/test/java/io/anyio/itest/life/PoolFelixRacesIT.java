package io.anyio.itest.life;

import static org.ops4j.pax.exam.CoreOptions.options;

import io.anyio.itest.exam.Framework;
import io.anyio.itest.exam.PaxExam;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;

@PaxExam
class PoolFelixRacesIT extends RaceCases {

    @Configuration
    static Option[] configuration() {
        return options(Framework.FELIX, needed());
    }

    @Override
    String backend() {
        return "pool";
    }
}
