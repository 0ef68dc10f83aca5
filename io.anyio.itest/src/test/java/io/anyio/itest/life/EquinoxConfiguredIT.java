package io.anyio.itest.life;

import io.anyio.itest.exam.Framework;
import io.anyio.itest.exam.PaxExam;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;

@PaxExam
class EquinoxConfiguredIT extends ConfiguredCases {

    @Configuration
    static Option[] configuration() {
        return in(Framework.EQUINOX);
    }
}
