/*
 * base_uuid.c: ids are valid, unique and ascend, whatever the clock and the threads do.
 */
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/uuid.h"

#define NOW INT64_C(1795352400000) /* 2026-11-22T13:00:00Z */

static void next(int64_t now, char out[static UUID_TEXT_LEN])
{
    struct err err = {0};
    cr_assert_eq(uuid_v7(now, out, &err), 0, "%s", err.msg);
}

Test(base_uuid, an_id_is_a_version_7_uuid_of_its_moment)
{
    char id[UUID_TEXT_LEN];
    next(NOW, id);
    cr_expect(uuid_valid(id), "%s", id);
    cr_expect_eq(strncmp(id, "01a20357-9080-7", 15), 0, "%s", id);
    cr_expect_not_null(strchr("89ab", id[19]), "the variant of RFC 9562: %s", id);
}

Test(base_uuid, ids_of_one_millisecond_ascend)
{
    char last[UUID_TEXT_LEN];
    next(NOW, last);
    for (int i = 0; i < 20000; i++) {
        char id[UUID_TEXT_LEN];
        next(NOW, id);
        cr_assert_gt(strcmp(id, last), 0, "%s after %s", id, last);
        memcpy(last, id, sizeof last);
    }
}

Test(base_uuid, ids_ascend_when_the_clock_is_set_back)
{
    char first[UUID_TEXT_LEN];
    char second[UUID_TEXT_LEN];
    next(NOW, first);
    next(NOW - 3600000, second);
    cr_expect_gt(strcmp(second, first), 0);
    char third[UUID_TEXT_LEN];
    next(NOW + 1000, third);
    cr_expect_gt(strcmp(third, second), 0);
    next(-5, second);
    cr_expect_gt(strcmp(second, third), 0);
}

#define THREADS 4
#define EACH    2000

static void *make_many(void *ids)
{
    char(*out)[UUID_TEXT_LEN] = ids;
    for (int i = 0; i < EACH; i++) {
        struct err err;
        if (uuid_v7(NOW, out[i], &err) < 0) {
            out[i][0] = '\0';
        }
    }
    return NULL;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(a, b);
}

Test(base_uuid, threads_never_get_the_same_id)
{
    char(*ids)[UUID_TEXT_LEN] = calloc((size_t)THREADS * EACH, UUID_TEXT_LEN);
    cr_assert_not_null(ids);
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        cr_assert_eq(pthread_create(&threads[i], NULL, make_many, ids + (ptrdiff_t)i * EACH), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        cr_assert_eq(pthread_join(threads[i], NULL), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        for (int k = 1; k < EACH; k++) {
            cr_assert_gt(strcmp(ids[i * EACH + k], ids[i * EACH + k - 1]), 0);
        }
    }
    qsort(ids, (size_t)THREADS * EACH, UUID_TEXT_LEN, by_text);
    for (int i = 1; i < THREADS * EACH; i++) {
        /* The time and the counter alone, without what chance added. */
        cr_assert_neq(strncmp(ids[i], ids[i - 1], 18), 0, "%s", ids[i]);
    }
    free(ids);
}

Test(base_uuid, only_the_usual_form_is_valid)
{
    cr_expect(uuid_valid("01a203f1-3a80-7abc-8def-0123456789ab"));
    cr_expect(uuid_valid("01A203F1-3A80-4ABC-8DEF-0123456789AB"));
    static const char *const bad[] = {
        "",
        "01a203f1-3a80-7abc-8def-0123456789a",
        "01a203f1-3a80-7abc-8def-0123456789abc",
        "01a203f13a80-7abc-8def-0123456789abcd",
        "01a203f1-3a80-7abc-8def-0123456789ag",
        "{1a203f1-3a80-7abc-8def-0123456789a}",
        "01a203f1 3a80 7abc 8def 0123456789ab",
        "01a203f1-3a80-7abc-8def-0123456789a\n",
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        cr_expect_not(uuid_valid(bad[i]), "%s", bad[i]);
    }
}
