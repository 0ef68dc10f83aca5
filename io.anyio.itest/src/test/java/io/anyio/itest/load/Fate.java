package io.anyio.itest.load;

/** What may happen to a bundle that runs; it runs again in the end. */
enum Fate {
    RESTARTED, UPDATED, REFRESHED
}
