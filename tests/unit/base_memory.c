/*
 * base_memory.c: memory runs out at every place in turn; what is left is an error and nothing
 * leaks.
 *
 * Linked with --wrap, so that allocations of our own code pass by here; cJSON is told by its hooks.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/config.h"
#include "base/json.h"
#include "base/text.h"
#include "scarce.h"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#endif

static void no_leaks(void)
{
#ifdef __SANITIZE_ADDRESS__
    left = LONG_MAX;
    cr_assert_eq(__lsan_do_recoverable_leak_check(), 0);
#endif
}

Test(base_memory, a_document_that_finds_no_memory_is_refused_as_that)
{
    static const char text[] =
        "{\"list\":[1,{\"half\":\"\\ud83d\"},\"text\"],\"more\":{\"a\":true}}";
    cJSON_InitHooks(&(cJSON_Hooks){.malloc_fn = __wrap_malloc, .free_fn = free});
    int rc = -1;
    long n = 0;
    for (; rc < 0; n++) {
        cJSON *j = NULL;
        struct err err = {0};
        left = n;
        rc = json_parse(text, strlen(text), &j, &err);
        left = LONG_MAX;
        if (rc < 0) {
            cr_assert_eq(err.code, ERR_NOMEM, "allocation %ld: %s", n, err.msg);
            cr_assert_null(j);
        }
        json_free(j);
    }
    cr_expect_gt(n, 10, "only %ld allocations were tried", n);
    no_leaks();
}

Test(base_memory, a_configuration_that_finds_no_memory_is_refused_and_wiped)
{
    cr_assert_eq(setenv("BARKBOOK_CALCOM_API_KEY", "cal_live_abc", 1), 0);
    cr_assert_eq(setenv("BARKBOOK_LIMITS_WEBHOOK_ALLOW", "10.0.0.0/8", 1), 0);
    int rc = -1;
    long n = 0;
    for (; rc < 0; n++) {
        struct config c = {0};
        struct err err = {0};
        left = n;
        rc = config_load(&c, "/dev/null", "/tmp/somewhere", &err);
        left = LONG_MAX;
        if (rc < 0) {
            cr_assert_eq(err.code, ERR_NOMEM, "allocation %ld: %s", n, err.msg);
            cr_assert_null(c.server.data_dir);
        }
        config_done(&c);
    }
    cr_expect_gt(n, 10, "only %ld allocations were tried", n);
    no_leaks();
}

Test(base_memory, a_buffer_that_cannot_grow_keeps_what_it_has)
{
    CLEANUP(buf_done) struct buf b;
    buf_init(&b, 100000);
    buf_str(&b, "kept");
    left = 0;
    for (int i = 0; i < 1000; i++) {
        buf_char(&b, 'x');
    }
    left = LONG_MAX;
    cr_expect(b.failed);
    cr_expect_eq(strncmp(b.data, "keptxxx", 7), 0);
    cr_expect_eq(strlen(b.data), b.len);
}

Test(base_memory, texts_say_when_there_is_no_memory_for_them)
{
    left = 0;
    bool ok = true;
    char *folded = text_fold("Burek");
    char *copy = text_dup_nonempty("Burek", &ok);
    left = LONG_MAX;
    cr_expect_null(folded);
    cr_expect_null(copy);
    cr_expect_not(ok);
}

Test(base_memory, a_field_that_finds_no_memory_is_not_taken_for_an_empty_one)
{
    CLEANUP(json_free) cJSON *j = NULL;
    struct err err = {0};
    cr_assert_eq(json_parse("{\"name\":\"Burek\"}", 16, &j, &err), 0);
    char *name = NULL;
    left = 0;
    int rc = json_field_text(j, "name", 10, false, &name, &err);
    left = LONG_MAX;
    cr_expect_eq(err_code_of(rc), ERR_NOMEM);
}
