/*
 * http_day_cache.c: a kept answer is given only while it is certainly true.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "http/day_cache.h"

static const struct day_stamp then = {.version = 7, .now = 1700000000100};

static bool kept(struct day_cache *c, const char *key, uint64_t version, int64_t now)
{
    struct buf body = {0};
    buf_init(&body, 1000);
    char etag[DAY_ETAG_LEN] = "";
    const bool found = day_cache_get(c, key, &(struct day_stamp){version, now}, &body, etag);
    if (found) {
        cr_assert_eq(body.len, strlen("{\"day\":1}"));
        cr_assert_eq(memcmp(body.data, "{\"day\":1}", body.len), 0);
        cr_assert_str_eq(etag, "\"abc\"");
    } else {
        cr_assert_eq(body.len, 0);
    }
    buf_done(&body);
    return found;
}

static struct day_cache *cache_with(const char *key)
{
    struct day_cache *c = NULL;
    struct err err;
    struct buf body = {0};
    cr_assert_eq(day_cache_new(&c, &err), 0);
    buf_init(&body, 1000);
    buf_add(&body, "{\"day\":1}", strlen("{\"day\":1}"));
    day_cache_put(c, key, &then, &body, "\"abc\"");
    buf_done(&body);
    return c;
}

Test(http_day_cache, an_answer_is_given_again_within_its_second)
{
    struct day_cache *c = cache_with("monday");
    cr_expect(kept(c, "monday", 7, 1700000000100));
    cr_expect(kept(c, "monday", 7, 1700000000999));
    day_cache_free(c);
}

Test(http_day_cache, a_commit_ends_it)
{
    struct day_cache *c = cache_with("monday");
    cr_expect_not(kept(c, "monday", 8, 1700000000100));
    day_cache_free(c);
}

Test(http_day_cache, the_next_second_ends_it_and_so_does_a_clock_set_back)
{
    struct day_cache *c = cache_with("monday");
    cr_expect_not(kept(c, "monday", 7, 1700000001000));
    cr_expect_not(kept(c, "monday", 7, 1699999999999));
    day_cache_free(c);
}

Test(http_day_cache, nobody_gets_the_answer_of_another_key)
{
    struct day_cache *c = cache_with("monday");
    cr_expect_not(kept(c, "tuesday", 7, 1700000000100));
    cr_expect_not(kept(c, "", 7, 1700000000100), "an empty place is no answer");
    day_cache_free(c);
}

Test(http_day_cache, the_oldest_makes_room)
{
    struct day_cache *c = cache_with("monday");
    struct buf body = {0};
    buf_init(&body, 1000);
    buf_add(&body, "{\"day\":1}", strlen("{\"day\":1}"));
    for (char key[] = "a"; key[0] <= 'f'; key[0]++) {
        day_cache_put(c, key, &then, &body, "\"abc\"");
    }
    buf_done(&body);
    cr_expect_not(kept(c, "monday", 7, 1700000000100));
    cr_expect(kept(c, "f", 7, 1700000000100));
    day_cache_free(c);
}
