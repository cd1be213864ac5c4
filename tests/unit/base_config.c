/*
 * base_config.c: the file, the environment and the defaults, and errors that say where and what.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/config.h"

static char folder[] = "/tmp/barkbook-config-XXXXXX";
static char conf[64];

/* Without what the person who runs the tests has in their environment. */
static void make_folder(void)
{
    for (char **e = environ; *e != NULL;) {
        if (strncmp(*e, "BARKBOOK_", 9) == 0) {
            char *name = strndup(*e, strcspn(*e, "="));
            cr_assert_not_null(name);
            cr_assert_eq(unsetenv(name), 0);
            free(name);
        } else {
            e++;
        }
    }
    cr_assert_not_null(mkdtemp(folder));
    (void)snprintf(conf, sizeof conf, "%s/barkbook.conf", folder);
}

static void write_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    cr_assert_not_null(f);
    cr_assert_geq(fputs(text, f), 0);
    cr_assert_eq(fclose(f), 0);
}

static void in_folder(char out[static 64], const char *name)
{
    (void)snprintf(out, 64, "%s/%s", folder, name);
}

static void remove_folder(void)
{
    static const char *const names[] = {"barkbook.conf", "key", "other"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        char path[64];
        in_folder(path, names[i]);
        (void)unlink(path);
    }
    (void)rmdir(folder);
}

TestSuite(base_config, .init = make_folder, .fini = remove_folder);

static void load(struct config *c, const char *text)
{
    struct err err = {0};
    write_file(conf, text);
    cr_assert_eq(config_load(c, conf, NULL, &err), 0, "%s", err.msg);
}

/* The message of a configuration that is refused must contain all of the parts. */
static void expect_refused(const char *text, const char *part, const char *part2)
{
    struct config c = {0};
    struct err err = {0};
    write_file(conf, text);
    int rc = config_load(&c, conf, NULL, &err);
    cr_expect_eq(err_code_of(rc), ERR_CONFIG, "%s is taken", text);
    cr_expect_not_null(strstr(err.msg, part), "\"%s\" lacks \"%s\"", err.msg, part);
    cr_expect_not_null(strstr(err.msg, part2), "\"%s\" lacks \"%s\"", err.msg, part2);
    cr_expect_null(c.server.data_dir, "a refusal leaves the struct alone");
    config_done(&c);
}

Test(base_config, without_a_word_the_defaults_of_the_manual_hold)
{
    CLEANUP(config_done) struct config c = {0};
    load(&c, "");
    cr_expect_str_eq(c.source, conf);
    cr_expect_str_eq(c.server.data_dir, "./barkbook-data");
    cr_expect_str_eq(c.server.dashboard_listen, "0.0.0.0:8080");
    cr_expect_str_eq(c.server.webhook_listen, "127.0.0.1:8081");
    cr_expect_null(c.server.public_url);
    cr_expect_null(c.server.dashboard_trusted_proxies);
    cr_expect_str_eq(c.server.timezone, "Europe/Warsaw");
    cr_expect_str_eq(c.server.language, "pl");
    cr_expect_str_eq(c.calcom.api_url, "https://api.cal.com");
    cr_expect_null(c.calcom.api_key);
    cr_expect_null(c.calcom.webhook_secret);
    cr_expect_eq(c.calcom.reconcile_every_ms, 15 * 60000);
    cr_expect_float_eq(c.calcom.requests_per_second, 1.0, 0);
    cr_expect_eq(c.calcom.complete_after_ms, 15 * 60000);
    cr_expect_str_eq(c.sms.provider, "none");
    cr_expect_str_eq(c.sms.api_url, "https://api.twilio.com");
    cr_expect_null(c.limits.webhook_allow);
    cr_expect_eq(c.limits.webhook_rate, 60);
    cr_expect_eq(c.limits.webhook_body_max, 1048576);
    cr_expect_eq(c.limits.photo_max, 10485760);
    cr_expect_eq(c.retention.webhook_payload_days, 90);
    cr_expect_eq(c.retention.backup_keep, 14);
    cr_expect_not(config_is_set(&c, "server", "language"));
}

Test(base_config, a_file_sets_every_kind_of_key)
{
    CLEANUP(config_done) struct config c = {0};
    load(&c, "\xEF\xBB\xBF# comment\n"
             "; another\n"
             "[server]\n"
             "  data_dir = /var/lib/my salon \n"
             "  timezone=Pacific/Chatham ; behind a value\n"
             "language: en\n"
             "public_url = https://hooks.example.pl/\n"
             "webhook_trusted_proxies = 127.0.0.1, 10.0.0.0/8,2001:db8::/32\n"
             "[calcom]\r\n"
             "reconcile_every = 90s\r\n"
             "requests_per_second = 0.5\r\n"
             "complete_after = 0s\n"
             "api_url = http://127.0.0.1:3000\n"
             "api_key = cal_live_abc\n"
             "[limits]\n"
             "webhook_body_max = 512k\n"
             "photo_max = 20 MiB\n"
             "[retention]\n"
             "backup_keep = 3");
    cr_expect_str_eq(c.server.data_dir, "/var/lib/my salon");
    cr_expect_str_eq(c.server.timezone, "Pacific/Chatham");
    cr_expect_str_eq(c.server.language, "en");
    cr_expect_str_eq(c.server.public_url, "https://hooks.example.pl");
    cr_expect_str_eq(c.server.webhook_trusted_proxies, "127.0.0.1, 10.0.0.0/8,2001:db8::/32");
    cr_expect_eq(c.calcom.reconcile_every_ms, 90000);
    cr_expect_float_eq(c.calcom.requests_per_second, 0.5, 0);
    cr_expect_eq(c.calcom.complete_after_ms, 0);
    cr_expect_str_eq(c.calcom.api_url, "http://127.0.0.1:3000");
    cr_expect_str_eq(c.calcom.api_key, "cal_live_abc");
    cr_expect_eq(c.limits.webhook_body_max, 524288);
    cr_expect_eq(c.limits.photo_max, 20971520);
    cr_expect_eq(c.retention.backup_keep, 3);
    cr_expect(config_is_set(&c, "calcom", "api_key"));
    cr_expect_not(config_is_set(&c, "calcom", "username"));
    cr_expect_not(config_is_set(&c, "calcom", "nonsense"));
}

Test(base_config, the_environment_wins_over_the_file_and_data_dir_over_both)
{
    CLEANUP(config_done) struct config c = {0};
    struct err err = {0};
    write_file(conf,
               "[server]\nlanguage = pl\ndata_dir = /file\n[calcom]\napi_key_file = /nowhere\n");
    setenv("BARKBOOK_CONFIG", conf, 1);
    setenv("BARKBOOK_SERVER_LANGUAGE", "en", 1);
    setenv("BARKBOOK_SERVER_DATA_DIR", "/environment", 1);
    setenv("BARKBOOK_CALCOM_API_KEY", "from_environment", 1);
    setenv("BARKBOOK_CALCOM_RECONCILE_EVERY", "2h", 1);
    setenv("BARKBOOK_SERVER_TIMEZONE", "", 1);
    setenv("BARKBOOK_TEST_LONG", "1", 1);
    cr_assert_eq(config_load(&c, NULL, "/flag", &err), 0, "%s", err.msg);
    cr_expect_str_eq(c.source, conf);
    cr_expect_str_eq(c.server.language, "en");
    cr_expect_str_eq(c.server.data_dir, "/flag");
    cr_expect_str_eq(c.calcom.api_key, "from_environment");
    cr_expect_eq(c.calcom.reconcile_every_ms, 7200000);
    cr_expect_str_eq(c.server.timezone, "Europe/Warsaw", "an empty variable is none");
    cr_expect(config_is_set(&c, "calcom", "reconcile_every"));
    config_done(&c);
    cr_assert_eq(config_load(&c, NULL, NULL, &err), 0, "%s", err.msg);
    cr_expect_str_eq(c.server.data_dir, "/environment");
}

Test(base_config, a_misspelt_variable_is_refused_like_a_misspelt_key)
{
    struct config c = {0};
    struct err err = {0};
    write_file(conf, "");
    setenv("BARKBOOK_SERVER_LANGAUGE", "en", 1);
    cr_expect_eq(err_code_of(config_load(&c, conf, NULL, &err)), ERR_CONFIG);
    cr_expect_not_null(strstr(err.msg, "BARKBOOK_SERVER_LANGAUGE"), "%s", err.msg);
    cr_expect_not_null(strstr(err.msg, "did you mean language?"), "%s", err.msg);
}

Test(base_config, a_bad_value_in_the_environment_names_the_environment)
{
    struct config c = {0};
    struct err err = {0};
    write_file(conf, "\n\n[server]\nlanguage = en\n");
    setenv("BARKBOOK_SERVER_LANGUAGE", "de", 1);
    cr_expect_lt(config_load(&c, conf, NULL, &err), 0);
    cr_expect_str_eq(err.msg, "environment: server.language: \"de\": write pl or en");
}

Test(base_config, a_secret_comes_from_the_file_that_is_named)
{
    CLEANUP(config_done) struct config c = {0};
    char key[64];
    char text[256];
    in_folder(key, "key");
    write_file(key, "  s3cret with spaces \r\n\n");
    (void)snprintf(text, sizeof text, "[calcom]\nwebhook_secret_file = %s\n", key);
    load(&c, text);
    cr_expect_str_eq(c.calcom.webhook_secret, "  s3cret with spaces");
    cr_expect(config_is_set(&c, "calcom", "webhook_secret"));
    config_done(&c);

    char other[64];
    in_folder(other, "other");
    write_file(other, "from_the_other");
    setenv("BARKBOOK_CALCOM_WEBHOOK_SECRET_FILE", other, 1);
    load(&c, text);
    cr_expect_str_eq(c.calcom.webhook_secret, "from_the_other");
}

Test(base_config, a_secret_file_that_is_missing_empty_or_too_big_is_refused)
{
    char key[64];
    char text[256];
    in_folder(key, "key");
    (void)snprintf(text, sizeof text, "[calcom]\n\napi_key_file = %s\n", key);
    expect_refused(text, ":3: calcom.api_key_file: cannot open", key);
    write_file(key, "\n");
    expect_refused(text, "is empty", key);
    char big[5000];
    memset(big, 'x', sizeof big);
    big[4999] = '\0';
    write_file(key, big);
    expect_refused(text, "more than a secret", key);
    (void)snprintf(text, sizeof text, "[calcom]\napi_key_file = %s\n", folder);
    expect_refused(text, "cannot read", folder);
}

Test(base_config, a_secret_is_never_part_of_a_message)
{
    struct config c = {0};
    struct err err = {0};
    write_file(conf, "[calcom]\napi_key = cal_live hunter2\n");
    cr_expect_lt(config_load(&c, conf, NULL, &err), 0);
    cr_expect_null(strstr(err.msg, "hunter2"), "%s", err.msg);
    cr_expect_not_null(strstr(err.msg, "calcom.api_key"), "%s", err.msg);
}

Test(base_config, an_unknown_key_is_refused_with_the_nearest_known_one)
{
    expect_refused("[server]\ndashbord_listen = x\n", ":2: ", "did you mean dashboard_listen?");
    expect_refused("[calcom]\nurl = x\n", ":2: ", "did you mean api_url?");
    expect_refused("\n[calcom]\ntimezone = x\n", ":3: ", "did you mean timezone in [server]?");
    expect_refused("[servr]\nlanguage = pl\n", "[servr] has no key", "language in [server]?");
    expect_refused("language = pl\n", ":1: \"language\" stands before any [section]",
                   "did you mean language in [server]?");
    expect_refused("[server]\nlanguage_file = pl\n", ":2: ", "did you mean language?");
    expect_refused("[Server]\nlanguage = pl\n", ":2: ", "in [server]?");
}

Test(base_config, a_key_given_twice_is_refused)
{
    expect_refused("[server]\nlanguage = pl\n\nlanguage = en\n", ":4: server.language", "line 2");
    expect_refused("[calcom]\napi_key = a\napi_key_file = b\n", ":3: calcom.api_key_file",
                   "line 2");
}

Test(base_config, a_line_that_is_no_setting_is_refused_with_its_number)
{
    expect_refused("[server]\nlanguage pl\n", ":2: ", "key = value");
    expect_refused("\n\n[server\nlanguage = pl\n", ":3: ", "without its end");
    expect_refused("[server]\nlanguage = \xFF\n", ":2: ", "UTF-8");
    char text[2000] = "[server]\ndata_dir = ";
    memset(text + 20, 'x', 1900);
    expect_refused(text, ":2: ", "too long");
}

Test(base_config, an_indented_line_is_a_key_of_its_own)
{
    CLEANUP(config_done) struct config c = {0};
    load(&c, "[server]\nlanguage = en\n    timezone = UTC\n");
    cr_expect_str_eq(c.server.language, "en");
    cr_expect_str_eq(c.server.timezone, "UTC");
}

Test(base_config, a_bad_value_is_refused_with_its_line)
{
    expect_refused("# first\n[server]\nlanguage = de\n",
                   "barkbook.conf:3: server.language: ", "pl or en");
}

Test(base_config, a_file_that_was_asked_for_must_exist)
{
    struct config c = {0};
    struct err err = {0};
    cr_expect_eq(err_code_of(config_load(&c, conf, NULL, &err)), ERR_CONFIG);
    cr_expect_not_null(strstr(err.msg, conf), "%s", err.msg);
    setenv("BARKBOOK_CONFIG", conf, 1);
    cr_expect_lt(config_load(&c, NULL, NULL, &err), 0);
    cr_expect_lt(config_load(&c, folder, NULL, &err), 0, "a folder is no file");
}

Test(base_config, the_printed_default_file_changes_nothing_and_names_every_key)
{
    CLEANUP(config_done) struct config c = {0};
    CLEANUP(buf_done) struct buf b;
    buf_init(&b, 100000);
    config_print_defaults(&b);
    cr_assert_not(b.failed);
    load(&c, b.data);
    cr_expect_str_eq(c.server.dashboard_listen, "0.0.0.0:8080");
    cr_expect_eq(c.set_keys, 0);
    static const char *const keys[] = {"data_dir = ./barkbook-data",
                                       "webhook_trusted_proxies",
                                       "webhook_secret_file",
                                       "auth_token",
                                       "from",
                                       "webhook_allow",
                                       "photo_max = 10MiB",
                                       "backup_keep = 14"};
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        cr_expect_not_null(strstr(b.data, keys[i]), "%s", keys[i]);
    }
}

/* "# key = value" to "key = value", the comments with help left as they are. */
Test(base_config, the_printed_default_file_is_right_when_its_comments_are_removed)
{
    CLEANUP(config_done) struct config c = {0};
    CLEANUP(buf_done) struct buf b;
    buf_init(&b, 100000);
    config_print_defaults(&b);
    cr_assert_not(b.failed);
    FILE *f = fopen(conf, "w");
    cr_assert_not_null(f);
    for (char *rest = b.data, *line; (line = strsep(&rest, "\n")) != NULL;) {
        bool setting =
            strncmp(line, "# ", 2) == 0 &&
            line[2 + strspn(line + 2, "abcdefghijklmnopqrstuvwxyz_")] == ' ' &&
            strstr(line, " =") == line + 2 + strspn(line + 2, "abcdefghijklmnopqrstuvwxyz_");
        cr_assert_geq(fprintf(f, "%s\n",
                              setting && strstr(line, "_file =") == NULL ? line + 2 : line),
                      0);
    }
    cr_assert_eq(fclose(f), 0);
    struct err err = {0};
    cr_assert_eq(config_load(&c, conf, NULL, &err), 0, "%s", err.msg);
    cr_expect_str_eq(c.server.timezone, "Europe/Warsaw");
    cr_expect(config_is_set(&c, "server", "timezone"));
    cr_expect_eq(c.limits.photo_max, 10485760);
}

Test(base_config, done_is_safe_on_nothing)
{
    struct config c = {0};
    config_done(&c);
    config_done(&c);
    cr_expect_null(c.server.data_dir);
}
