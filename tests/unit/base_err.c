/*
 * base_err.c: every error has a name and two statuses, and its message stays in its bounds.
 */
#include <criterion/criterion.h>
#include <ctype.h>
#include <string.h>

#include "base/err.h"

Test(base_err, every_error_has_a_name_of_its_own_and_both_statuses)
{
    for (int a = ERR_NONE; a < ERR_COUNT; a++) {
        enum err_code code = (enum err_code)a;
        const char *name = err_name(code);
        cr_assert_not_null(name, "error %d", a);
        cr_expect_gt(strlen(name), 0);
        for (const char *p = name; *p != '\0'; p++) {
            cr_expect(islower((unsigned char)*p) || *p == '_', "%s", name);
        }
        for (int b = ERR_NONE; b < a; b++) {
            cr_expect_str_neq(name, err_name((enum err_code)b));
        }
        int http = err_http_status(code);
        int status = err_exit_status(code);
        if (code == ERR_NONE) {
            cr_expect(http == 200 && status == 0);
        } else {
            cr_expect(http >= 400 && http <= 599, "%s: %d", name, http);
            cr_expect(status == 1 || status == 2 || status == 75, "%s: %d", name, status);
        }
    }
}

Test(base_err, what_passes_by_itself_is_told_so_to_scripts_and_clients)
{
    static const enum err_code passing[] = {ERR_TIMEOUT, ERR_RATE,         ERR_NOMEM,
                                            ERR_BUSY,    ERR_REMOTE_RETRY, ERR_STOPPED};
    for (size_t i = 0; i < ARRAY_LEN(passing); i++) {
        cr_expect_eq(err_exit_status(passing[i]), 75, "%s", err_name(passing[i]));
    }
    cr_expect_eq(err_exit_status(ERR_USAGE), 2);
    cr_expect_eq(err_http_status(ERR_CONFLICT), 409);
    cr_expect_eq(err_http_status(ERR_BUSY), 503);
}

Test(base_err, failing_returns_the_code_and_keeps_the_sentence)
{
    struct err err = {0};
    int rc = err_set(&err, ERR_NOT_FOUND, "no pet %d", 7);
    cr_expect_lt(rc, 0);
    cr_expect_eq(err_code_of(rc), ERR_NOT_FOUND);
    cr_expect_eq(err.code, ERR_NOT_FOUND);
    cr_expect_str_eq(err.msg, "no pet 7");
    cr_expect_eq(err_code_of(err_set(NULL, ERR_IO, "nobody listens")), ERR_IO);
}

Test(base_err, success_and_outcomes_are_no_errors)
{
    cr_expect_eq(err_code_of(0), ERR_NONE);
    cr_expect_eq(err_code_of(3), ERR_NONE);
    cr_expect_eq(err_code_of(-1000), ERR_INTERNAL);
}

Test(base_err, a_caller_that_knows_more_says_it_first)
{
    struct err err = {0};
    int rc = err_set(&err, ERR_INVALID, "not a time");
    cr_expect_eq(err_prefix(&err, rc, "pets[%d].birth_date", 2), rc);
    cr_expect_str_eq(err.msg, "pets[2].birth_date: not a time");
    cr_expect_eq(err.code, ERR_INVALID);
    cr_expect_eq(err_prefix(&err, 0, "nothing happened"), 0);
    cr_expect_str_eq(err.msg, "pets[2].birth_date: not a time");
}

Test(base_err, long_messages_are_cut_and_stay_terminated)
{
    char longer[1000];
    memset(longer, 'x', sizeof longer);
    longer[999] = '\0';
    struct err err = {0};
    int rc = err_set(&err, ERR_INVALID, "%s", longer);
    cr_expect_eq(strlen(err.msg), sizeof err.msg - 1);
    (void)err_prefix(&err, rc, "where");
    cr_expect_eq(strlen(err.msg), sizeof err.msg - 1);
    cr_expect_eq(strncmp(err.msg, "where: xxx", 10), 0);
    (void)err_prefix(&err, rc, "%s", longer);
    cr_expect_eq(strncmp(err.msg, "where: xxx", 10), 0, "a prefix that leaves no room is dropped");
}
