/*
 * outage_faults.c: see outage_faults.h.
 */
#include "outage_faults.h"

#include "rng.h"

static const struct fake_fault failures[] = {
    {.kind = FAKE_STATUS, .number = 500},
    {.kind = FAKE_STATUS, .number = 503},
    {.kind = FAKE_HTML},
    {.kind = FAKE_HANG_UP},
    {.kind = FAKE_MALFORMED, .number = 0},
    {.kind = FAKE_MALFORMED, .number = 1},
    {.kind = FAKE_MALFORMED, .number = 2},
    {.kind = FAKE_CUT},
    {.kind = FAKE_RETRY_AFTER, .number = 0},
    {.kind = FAKE_TRUNCATED},
    {.kind = FAKE_STALL, .number = 5},
    {.kind = FAKE_STATUS, .number = 408},
};

static const struct fake_fault refusals[] = {
    {.kind = FAKE_STATUS, .number = 401},
    {.kind = FAKE_STATUS, .number = 403},
    {.kind = FAKE_STATUS, .number = 400},
    {.kind = FAKE_REDIRECT},
};

static struct fake_fault pick(struct rng *r, const struct fake_fault *from, size_t n)
{
    return from[rng_below(r, (unsigned)n)];
}

/* Of what a server may do without lying about any booking. */
static bool shapes(struct fake *f, uint64_t dice)
{
    struct rng r = {.state = dice};
    if (rng_one_in(&r, 3)) {
        fake_fault(f, (struct fake_fault){.kind = FAKE_SHORT, .number = rng_between(&r, 1, 4)});
    }
    if (rng_one_in(&r, 6)) {
        fake_fault(f, (struct fake_fault){.kind = FAKE_NO_NEXT});
    }
    if (rng_one_in(&r, 5)) {
        fake_fault(f, (struct fake_fault){.kind = FAKE_WRONG_TOTALS});
    }
    if (rng_one_in(&r, 5)) {
        fake_fault(f, (struct fake_fault){.kind = FAKE_EXCLUSIVE});
    }
    if (rng_one_in(&r, 6)) {
        fake_fault(f, (struct fake_fault){.kind = FAKE_NO_FILTERS});
    }
    if (rng_one_in(&r, 3)) {
        fake_fault(f, (struct fake_fault){.kind = FAKE_SHUFFLE_TIES,
                                          .number = rng_between(&r, 1, 1000)});
    }
    if (rng_one_in(&r, 8)) {
        fake_fault(f, (struct fake_fault){.kind = FAKE_NO_DATE});
    }
    const bool behind = rng_one_in(&r, 4);
    if (behind) {
        fake_fault(f, (struct fake_fault){.kind = FAKE_STALE,
                                          .number = rng_between(&r, 1, 9) * MODEL_MINUTE});
    }
    return behind;
}

bool outage_faults_pass(struct fake *f, uint64_t dice)
{
    fake_faults_clear(f);
    return shapes(f, dice);
}

bool outage_faults_drizzle(struct fake *f, uint64_t dice)
{
    struct rng r = {.state = rng_mix(dice, 3)};
    const bool behind = outage_faults_pass(f, dice);
    for (unsigned i = rng_below(&r, 3); i > 0; i--) {
        struct fake_fault one = pick(&r, failures, sizeof failures / sizeof failures[0]);
        one.after = rng_between(&r, 0, 5);
        one.times = rng_between(&r, 1, 2);
        fake_fault(f, one);
    }
    return behind;
}

bool outage_faults_storm(struct fake *f, uint64_t dice)
{
    struct rng r = {.state = rng_mix(dice, 7)};
    const bool behind = outage_faults_drizzle(f, dice);
    if (rng_one_in(&r, 3)) {
        struct fake_fault lasting = rng_one_in(&r, 4)
                                        ? pick(&r, refusals, sizeof refusals / sizeof refusals[0])
                                        : pick(&r, failures, sizeof failures / sizeof failures[0]);
        lasting.after = rng_between(&r, 0, 6);
        fake_fault(f, lasting);
    }
    return behind;
}
