package io.anyio.bench.sleep;

import io.anyio.api.AnyIO;

/** Tasks of one group, on one loop. */
record OurSleepers(String backend) implements Sleepers {
    @Override
    public void sleep(Night night) {
        AnyIO.run(
                () -> AnyIO.createTaskGroup().run(group -> {
                    for (int i = 0; i < night.sleepers(); i++) {
                        int sleeper = i;
                        group.spawn(() -> {
                            AnyIO.sleep(night.begin(sleeper));
                            night.woke(sleeper);
                        });
                    }
                }),
                options -> options.backend(backend));
    }
}
