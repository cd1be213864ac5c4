/*
 * probe.c: see probe.h. No state.
 */
#include "sync/probe.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>

#include "base/clock.h"
#include "base/json.h"
#include "remote/fetch.h"

#define MEGABYTE      INT64_C(1000000)
#define TUNNEL_MS     (8 * CLOCK_SECOND)
#define TUNNEL_ANSWER ((size_t)16 * 1024)

void probe_judge_disk(int64_t free_bytes, int64_t all_bytes, struct probe_result *out)
{
    int64_t percent = all_bytes > 0 ? free_bytes * 100 / all_bytes : 0;
    *out = (struct probe_result){.level = HEALTH_OK, .outcome = "ok", .value = percent};
    /* Per cent alone is wrong on both ends: 5 % of four terabytes is plenty, half of a small card
     * may be gone in a week of photos. */
    if ((percent < 3 && free_bytes < 5000 * MEGABYTE) || free_bytes < 200 * MEGABYTE) {
        out->level = HEALTH_BAD;
        out->outcome = "disk_full";
    } else if ((percent < 10 && free_bytes < 20000 * MEGABYTE) || free_bytes < 1000 * MEGABYTE) {
        out->level = HEALTH_WARN;
        out->outcome = "disk_low";
    }
    (void)snprintf(out->detail, sizeof out->detail, "%lld %% of the disk free, %.1f GB",
                   (long long)percent, (double)free_bytes / 1e9);
}

void probe_disk(const char *folder, struct probe_result *out)
{
    struct statvfs fs;
    if (statvfs(folder, &fs) != 0) {
        *out = (struct probe_result){.level = HEALTH_BAD, .outcome = "disk_full"};
        (void)snprintf(out->detail, sizeof out->detail,
                       "the data folder's disk does not answer: %m");
        return;
    }
    probe_judge_disk((int64_t)fs.f_bavail * (int64_t)fs.f_frsize,
                     (int64_t)fs.f_blocks * (int64_t)fs.f_frsize, out);
}

static void say(struct probe_result *out, enum health_level level, const char *outcome,
                const char *detail)
{
    out->level = level;
    out->outcome = outcome;
    (void)snprintf(out->detail, sizeof out->detail, "%s", detail);
}

static void judge_answer(const struct fetch_answer *a, const char *instance,
                         struct probe_result *out)
{
    CLEANUP(json_free) cJSON *doc = NULL;
    const char *text = a->body.data != NULL ? a->body.data : "";
    const char *found = NULL;
    if (json_parse(text, a->body.len, &doc, NULL) == 0) {
        found = json_text(doc, "instance");
    }
    if (found == NULL) {
        say(out, HEALTH_BAD, "tunnel_wrong",
            "something else than BarkBook answers at server.public_url");
    } else if (strcmp(found, instance) != 0) {
        say(out, HEALTH_BAD, "tunnel_wrong",
            "another BarkBook answers at server.public_url: its webhooks do not come here");
    } else {
        say(out, HEALTH_OK, "ok", "server.public_url leads here");
    }
}

void probe_tunnel(const char *public_url, const char *instance, const atomic_int *stop,
                  struct probe_result *out)
{
    CLEANUP(fetch_free) struct fetch *f = NULL;
    CLEANUP(fetch_answer_done) struct fetch_answer a;
    CLEANUP(buf_done) struct buf url;
    struct err err = {0};
    *out = (struct probe_result){.level = HEALTH_BAD, .outcome = "tunnel_down"};
    fetch_answer_init(&a);
    buf_init(&url, 4096);
    buf_printf(&url, "%s/healthz", public_url);
    const struct fetch_options o = {.stop = stop,
                                    .connect_ms = TUNNEL_MS,
                                    .stall_ms = TUNNEL_MS,
                                    .total_ms = TUNNEL_MS,
                                    .body_max = TUNNEL_ANSWER};
    int rc = url.failed ? err_set(&err, ERR_NOMEM, "out of memory") : fetch_new(&o, &f, &err);
    if (rc == 0) {
        const struct fetch_request r = {.service = "public_url", .method = "GET", .url = url.data};
        rc = fetch_run(f, &r, &a, &err);
    }
    if (rc < 0) {
        say(out, HEALTH_BAD, "tunnel_down", err.msg);
    } else if (rc > 0) {
        say(out, HEALTH_BAD, "tunnel_wrong",
            "the address server.public_url answers, but knows no /healthz: it leads elsewhere");
    } else {
        judge_answer(&a, instance, out);
    }
}
