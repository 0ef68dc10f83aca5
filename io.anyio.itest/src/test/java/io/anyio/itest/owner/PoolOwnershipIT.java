package io.anyio.itest.owner;

import static org.ops4j.pax.exam.CoreOptions.options;

import io.anyio.itest.exam.PaxExam;
import io.anyio.itest.exam.Reactor;
import io.anyio.itest.exam.UserBundle;
import io.anyio.itest.user.BundleBound;
import io.anyio.itest.user.ComponentBound;
import io.anyio.itest.user.Failing;
import io.anyio.itest.user.FilesUser;
import io.anyio.itest.user.Holding;
import io.anyio.itest.user.PortalUser;
import io.anyio.itest.user.ProcessesUser;
import io.anyio.itest.user.Stubborn;
import io.anyio.itest.user.ThrowsAfterSpawn;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;

@PaxExam
class PoolOwnershipIT extends OwnershipCases {

    @Configuration
    static Option[] configuration() {
        return options(Reactor.bundles("io.anyio.api", "io.anyio.impl"), Reactor.declarativeServices(),
                UserBundle.of(COMPONENT, ComponentBound.class), UserBundle.of(SHARED, BundleBound.class),
                UserBundle.of(FAILS, ThrowsAfterSpawn.class, Failing.class), UserBundle.of(PORTAL, PortalUser.class),
                UserBundle.of(STUBBORN, Stubborn.class), UserBundle.of(FILES, FilesUser.class),
                UserBundle.of(PROCESSES, ProcessesUser.class), UserBundle.of(HOLDING, Holding.class));
    }

    @Override
    String backend() {
        return "pool";
    }
}
