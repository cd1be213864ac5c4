/*
 * base_log.c: a log line is one line, whatever is put into it, and says nothing personal.
 */
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"

/* Sends stderr to a file of the test's own; criterion runs each test in a process of its own. */
static FILE *catch_stderr(void)
{
    FILE *f = tmpfile();
    cr_assert_not_null(f);
    cr_assert_neq(dup2(fileno(f), STDERR_FILENO), -1);
    return f;
}

/* What was logged; the caller frees. */
static char *caught(FILE *f, size_t *len)
{
    long end = lseek(fileno(f), 0, SEEK_END);
    cr_assert_geq(end, 0);
    char *text = calloc(1, (size_t)end + 1);
    cr_assert_not_null(text);
    cr_assert_eq(pread(fileno(f), text, (size_t)end, 0), end);
    *len = (size_t)end;
    return text;
}

static void expect_logged(const char *given, const char *want)
{
    FILE *f = catch_stderr();
    log_info("tested", "text=%s", given);
    size_t n;
    char *line = caught(f, &n);
    cr_assert_gt(n, 0);
    cr_expect_eq(line[n - 1], '\n');
    cr_expect_eq(strchr(line, '\n'), line + n - 1, "one line: %s", line);
    cr_expect_not_null(strstr(line, want), "%s lacks %s", line, want);
    free(line);
    (void)fclose(f);
}

Test(base_log, control_bytes_are_escaped)
{
    expect_logged("plain Żółw", "info tested text=plain Żółw\n");
    expect_logged("a\nb\r\tc", "text=a\\nb\\r\\tc\n");
    expect_logged("\x1b[2J", "text=\\x1b[2J\n");
    expect_logged("\x7f", "text=\\x7f\n");
    expect_logged("back\\slash", "text=back\\\\slash\n");
    expect_logged("\xC2\x9B"
                  "31m",
                  "text=\\xc2\\x9b31m\n");
    expect_logged("\xFF\xC5", "text=\\xff\\xc5\n");
}

Test(base_log, a_line_has_its_time_and_level_when_nobody_else_adds_them)
{
    FILE *f = catch_stderr();
    log_warn("disk_low", "left=%d", 5);
    size_t n;
    char *line = caught(f, &n);
    cr_assert_gt(n, 25);
    cr_expect_eq(line[10], 'T');
    cr_expect_eq(line[23], 'Z');
    cr_expect_str_eq(line + 24, " warn disk_low left=5\n");
    free(line);
    (void)fclose(f);
}

Test(base_log, under_journald_a_line_starts_with_its_priority)
{
    FILE *f = catch_stderr();
    struct stat st;
    cr_assert_eq(fstat(STDERR_FILENO, &st), 0);
    char stream[64];
    (void)snprintf(stream, sizeof stream, "%ju:%ju", (uintmax_t)st.st_dev, (uintmax_t)st.st_ino);
    cr_assert_eq(setenv("JOURNAL_STREAM", stream, 1), 0);
    log_init(LOG_LEVEL_DEBUG);
    log_error("broken", "x=1");
    log_debug("detail", "y=2");
    size_t n;
    char *text = caught(f, &n);
    cr_expect_str_eq(text, "<3>broken x=1\n<7>detail y=2\n");
    free(text);
    (void)fclose(f);
}

Test(base_log, a_redirected_stderr_is_not_taken_for_the_journal)
{
    FILE *f = catch_stderr();
    cr_assert_eq(setenv("JOURNAL_STREAM", "1:2", 1), 0);
    log_init(LOG_LEVEL_INFO);
    log_info("tested", "x=1");
    size_t n;
    char *line = caught(f, &n);
    cr_expect_neq(line[0], '<');
    free(line);
    (void)fclose(f);
}

Test(base_log, what_is_below_the_level_is_not_written)
{
    FILE *f = catch_stderr();
    log_init(LOG_LEVEL_WARN);
    log_info("quiet", "x=%d", 1);
    log_debug("quiet", "x=%d", 1);
    size_t n;
    char *text = caught(f, &n);
    cr_expect_eq(n, 0);
    free(text);
    (void)fclose(f);
}

Test(base_log, a_line_too_long_is_cut_with_an_ellipsis)
{
    char longer[10000];
    memset(longer, '\x01', sizeof longer);
    longer[9999] = '\0';
    FILE *f = catch_stderr();
    log_info("tested", "%s", longer);
    size_t n;
    char *line = caught(f, &n);
    cr_expect_leq(n, 2048);
    cr_expect_str_eq(line + n - 4, "\xE2\x80\xA6\n");
    free(line);
    (void)fclose(f);
}

static void *log_many(void *fill)
{
    char text[1500];
    memset(text, *(const char *)fill, sizeof text);
    text[sizeof text - 1] = '\0';
    for (int i = 0; i < 200; i++) {
        log_info("many", "%s", text);
    }
    return NULL;
}

Test(base_log, lines_of_several_threads_are_never_mixed)
{
    int ends[2];
    cr_assert_eq(pipe(ends), 0);
    cr_assert_neq(dup2(ends[1], STDERR_FILENO), -1);
    (void)close(ends[1]);
    static const char fills[] = {'a', 'b', 'c'};
    pthread_t threads[3];
    for (int i = 0; i < 3; i++) {
        void *fill = (void *)(uintptr_t)&fills[i];
        cr_assert_eq(pthread_create(&threads[i], NULL, log_many, fill), 0);
    }
    FILE *in = fdopen(ends[0], "r");
    cr_assert_not_null(in);
    char *line = NULL;
    size_t cap = 0;
    for (int i = 0; i < 600; i++) {
        ssize_t n = getline(&line, &cap, in);
        cr_assert_gt(n, 1500, "line %d", i);
        const char *text = line + n - 1500;
        cr_assert_eq(strspn(text, (char[]){text[0], '\0'}), 1499, "line %d", i);
    }
    free(line);
    for (int i = 0; i < 3; i++) {
        cr_assert_eq(pthread_join(threads[i], NULL), 0);
    }
    (void)fclose(in);
}

Test(base_log, people_are_masked)
{
    static const struct {
        const char *personal, *want;
    } table[] = {
        {"+48600100200", "+48…00"},
        {"600 100 200", "…00"},
        {"jan@example.pl", "j…@example.pl"},
        {"łucja@example.pl", "ł…@example.pl"},
        {"@example.pl", "…@example.pl"},
        {"Jan Kowalski", "J…"},
        {"Łucja", "Ł…"},
        {"12345", "1…"},
        {"", "-"},
        {NULL, "-"},
    };
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        char out[64];
        log_mask(table[i].personal, out, sizeof out);
        cr_expect_str_eq(out, table[i].want, "row %zu gives %s", i, out);
    }
}

Test(base_log, a_mask_is_terminated_and_whole_characters_in_any_room)
{
    for (size_t room = 1; room < 20; room++) {
        char *out = malloc(room);
        cr_assert_not_null(out);
        log_mask("łucja@example.pl", out, room);
        cr_expect_lt(strlen(out), room);
        cr_expect_eq(strncmp("ł…@example.pl", out, strlen(out)), 0);
        cr_expect_neq(strlen(out), 1, "half of ł");
        free(out);
    }
}
