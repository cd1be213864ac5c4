/*
 * http_lockout.c: wrong sign-ins: who is locked out, from where, and for how long.
 */
#include <criterion/criterion.h>
#include <stdio.h>

#include "http/lockout.h"

static struct lockout *l;
static const struct net_address tablet = {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, 0, 1}};
static const struct net_address stranger = {
    {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, 0, 2}};

static void setup(void)
{
    struct err err = {0};
    cr_assert_eq(lockout_new(&l, &err), 0);
}

static void teardown(void)
{
    lockout_free(l);
}

TestSuite(http_lockout, .init = setup, .fini = teardown);

static void use_up(const char *name, const struct net_address *from, int64_t now)
{
    for (int i = 0; i < LOCKOUT_TRIES; i++) {
        cr_assert_eq(lockout_try(l, name, from, now), 0, "try %d", i + 1);
    }
}

Test(http_lockout, five_tries_lock_the_pair_for_a_quarter_of_an_hour)
{
    use_up("Ola", &stranger, 1000);
    cr_expect_eq(lockout_try(l, "Ola", &stranger, 1000), LOCKOUT_MS);
    cr_expect_eq(lockout_try(l, "oLA", &stranger, 61000), LOCKOUT_MS - 60000);
    cr_expect_eq(lockout_try(l, "Ola", &stranger, 1000 + LOCKOUT_MS), 0);
}

Test(http_lockout, the_owner_is_not_locked_out_from_elsewhere)
{
    use_up("Ola", &stranger, 1000);
    cr_expect_eq(lockout_try(l, "Ola", &tablet, 1000), 0);
    cr_expect_eq(lockout_try(l, "Ela", &stranger, 1000), 0);
}

Test(http_lockout, a_right_password_starts_afresh)
{
    for (int i = 0; i < LOCKOUT_TRIES - 1; i++) {
        cr_assert_eq(lockout_try(l, "Ola", &tablet, 1000), 0);
    }
    lockout_clear(l, "ola", &tablet);
    use_up("Ola", &tablet, 2000);
}

Test(http_lockout, a_try_that_could_not_be_made_does_not_count)
{
    for (int i = 0; i < 20; i++) {
        cr_assert_eq(lockout_try(l, "Ola", &tablet, 1000), 0);
        lockout_take_back(l, "Ola", &tablet);
    }
}

Test(http_lockout, a_flood_of_names_does_not_free_a_locked_pair)
{
    use_up("Ola", &stranger, 1000);
    for (int i = 0; i < 3 * LOCKOUT_PAIRS; i++) {
        char name[16];
        (void)snprintf(name, sizeof name, "n%d", i);
        (void)lockout_try(l, name, &stranger, 2000 + i);
    }
    cr_expect_gt(lockout_try(l, "Ola", &stranger, 9000), 0);
}
