/*
 * sync_memory.c: memory runs out at every place in turn while a delivery or a row is read: it is
 * refused as that, never read by half, and nothing leaks.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "scarce.h"
#include "sync/delivery.h"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#endif

#define NOW INT64_C(1796212800000)

static char text[64 * 1024];
static size_t length;

static void load(const char *name)
{
    char path[512];
    (void)snprintf(path, sizeof path, TEST_FIXTURES "/calcom/%s", name);
    FILE *f = fopen(path, "rb");
    cr_assert_not_null(f, "%s", path);
    length = fread(text, 1, sizeof text - 1, f);
    text[length] = '\0';
    cr_assert_eq(fclose(f), 0);
}

static void no_leaks(void)
{
#ifdef __SANITIZE_ADDRESS__
    left = LONG_MAX;
    cr_assert_eq(__lsan_do_recoverable_leak_check(), 0);
#endif
}

/* Lets the n-th allocation fail (and all after it, unless only_once), until none is left to fail.
 */
static void try_everywhere(const char *name, bool only_once, int (*read)(struct err *err))
{
    cJSON_InitHooks(&(cJSON_Hooks){.malloc_fn = __wrap_malloc, .free_fn = free});
    long n = 0;
    for (did_fail = true; did_fail; n++) {
        struct err err = {0};
        did_fail = false;
        once = only_once;
        left = n;
        const int rc = read(&err);
        left = LONG_MAX;
        if (did_fail) {
            cr_assert_eq(rc, -(int)ERR_NOMEM, "%s: allocation %ld: answered %d", name, n, rc);
            cr_assert_str_not_empty(err.msg);
        } else {
            cr_assert_eq(rc, 0, "%s: %s", name, err.msg);
        }
    }
    cr_assert_gt(n, 10, "%s: only %ld allocations were tried", name, n);
    no_leaks();
}

static int read_delivery(struct err *err)
{
    CLEANUP(delivery_done) struct delivery d = {0};
    const int rc = delivery_read(text, length, NOW, &d, err);
    if (rc < 0) {
        cr_assert(d.payload == NULL && d.observation.uid == NULL);
    }
    return rc;
}

static int read_rows(struct err *err)
{
    CLEANUP(json_free) cJSON *page = NULL;
    int rc = json_parse(text, length, &page, err);
    const cJSON *rows = json_get(page, "data");
    const cJSON *row = NULL;
    cJSON_ArrayForEach(row, rows)
    {
        CLEANUP(observation_done) struct observation o = {0};
        rc = calcom_decode_row(row, NOW, &o, err);
        if (rc < 0) {
            cr_assert_null(o.uid);
            break;
        }
    }
    return rc;
}

Test(sync_memory, a_delivery_that_finds_no_memory_is_refused_and_never_read_by_half)
{
    static const char *const names[] = {"created.json",
                                        "created-flat-responses.json",
                                        "created-video.json",
                                        "rescheduled.json",
                                        "cancelled.json",
                                        "no-show.json",
                                        "meeting-ended-flat.json",
                                        "ping.json"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        load(names[i]);
        try_everywhere(names[i], false, read_delivery);
        try_everywhere(names[i], true, read_delivery);
    }
}

Test(sync_memory, a_page_that_finds_no_memory_is_refused_and_never_read_by_half)
{
    load("api-page.json");
    try_everywhere("api-page.json", false, read_rows);
    try_everywhere("api-page.json", true, read_rows);
}
