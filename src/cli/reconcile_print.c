/*
 * reconcile_print.c: the report as text and as JSON, on stdout. Names, phones and e-mails are left
 * out: the output ends up in logs and mails of cron. No state.
 */
#include "cli/reconcile_print.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "sync/reconcile_list.h"

#define EARLIER     (15 * CLOCK_MINUTE)
#define EARLIER_MAX 10
#define JSON_MAX    ((size_t)1 << 20)
#define JSON_CHUNK  ((size_t)32 << 10)

static const char *const words[RECONCILE_KIND_COUNT] = {
    [RECONCILE_CREATED] = "new",         [RECONCILE_RESCHEDULED] = "moved",
    [RECONCILE_CANCELLED] = "cancelled", [RECONCILE_NO_SHOW] = "no-show",
    [RECONCILE_UPDATED] = "changed",
};

/* "2026-11-23 14:00" in the salon's zone. */
static void local_text(int64_t at, char *out, size_t len)
{
    struct local_time t;
    char day[11];
    zone_local(at, &t);
    date_format(t.date, day);
    (void)snprintf(out, len, "%s %02d:%02d", day, t.hour, t.minute);
}

static int print_line(void *arg, const struct reconcile_change *c, struct err *err)
{
    (void)arg;
    (void)err;
    char start[32] = "(gone)          ";
    char was[32];
    if (c->start != 0) {
        local_text(c->start, start, sizeof start);
    }
    (void)printf("%-10s %s", words[c->kind], start);
    if (c->start_was != 0) {
        local_text(c->start_was, was, sizeof was);
        (void)printf("  was %s", was);
    }
    if (c->kind == RECONCILE_UPDATED) {
        (void)printf("  %s", c->fields);
    } else if (c->kind == RECONCILE_CREATED && c->status != NULL &&
               strcmp(c->status, "scheduled") != 0) {
        (void)printf("  %s", c->status);
    }
    (void)printf("  %s\n", c->uid);
    return 0;
}

/* "3 h ago" */
static void ago(int64_t ms, char *out, size_t len)
{
    const int64_t minutes = ms / CLOCK_MINUTE;
    if (minutes < 1) {
        (void)snprintf(out, len, "just now");
    } else if (minutes < 120) {
        (void)snprintf(out, len, "%lld min ago", (long long)minutes);
    } else if (minutes < 48 * 60) {
        (void)snprintf(out, len, "%lld h ago", (long long)(minutes / 60));
    } else {
        (void)snprintf(out, len, "%lld days ago", (long long)(minutes / (24 * 60)));
    }
}

static void print_head(const struct reconcile_report *r, bool dry_run)
{
    if (dry_run) {
        (void)printf("Dry run: this is what would change; nothing was written.\n");
    }
    if (r->sweep) {
        char from[32];
        char to[32];
        local_text(r->window_from, from, sizeof from);
        const bool whole = r->swept_to >= r->window_to;
        local_text(whole ? r->window_to : r->swept_to, to, sizeof to);
        (void)printf("Compared: every booking that starts from %s to %s%s%s\n", from, to,
                     whole ? "" : " (not yet all)",
                     r->resumed ? ", going on where it stopped" : "");
    }
    if (r->status == RECONCILE_COMPLETE && r->sweep) {
        (void)printf("BarkBook %s with Cal.com.\n", dry_run ? "would then agree" : "agrees");
    } else if (r->status == RECONCILE_COMPLETE) {
        /* Never more than was checked: updatedAt does not move with every change. */
        (void)printf("Every change that Cal.com dated since the last run %s here.\n"
                     "  Some it does not date (no-show marks, seats, a moved address): --full "
                     "compares every\n"
                     "  booking, and so does the run of each night.\n",
                     dry_run ? "would then be" : "is");
    } else if (r->cursor != 0) {
        char cursor[TIME_TEXT_LEN];
        time_format(r->cursor, cursor);
        (void)printf("Not finished. What changed at Cal.com until %s has been read and kept.\n",
                     cursor);
    } else {
        (void)printf("Not finished. What was read has been kept.\n");
    }
}

static void print_counts(const struct reconcile_report *r)
{
    for (int k = 0; k < RECONCILE_KIND_COUNT; k++) {
        (void)printf("  %-20s%6lld\n", words[k], (long long)r->changes[k]);
    }
    for (size_t i = 0; i < r->field_count; i++) {
        (void)printf("%s%s %lld", i == 0 ? "  fields that differed: " : ", ", r->fields[i].name,
                     (long long)r->fields[i].count);
    }
    if (r->field_count > 0) {
        (void)printf("\n");
    }
}

static void print_asides(const struct reconcile_report *r)
{
    if (r->dropped > 0) {
        (void)printf("  %-20s%6lld   Cal.com sent more than was asked for\n", "left out",
                     (long long)r->dropped);
    }
    if (r->others > 0) {
        (void)printf("  %-20s%6lld   bookings of others, where the salon is only a guest\n",
                     "left out", (long long)r->others);
    }
    if (r->gone > 0) {
        (void)printf("  %-20s%6lld   asked for one by one, and not at Cal.com any more\n", "gone",
                     (long long)r->gone);
    }
    if (r->unreadable > 0) {
        (void)printf("  %-20s%6lld   left as they are here; %s\n", "not understood",
                     (long long)r->unreadable, r->unreadable_example);
    }
    if (r->skew_ms > RECONCILE_SKEW_WARN || r->skew_ms < -RECONCILE_SKEW_WARN) {
        const int64_t off = r->skew_ms < 0 ? -r->skew_ms : r->skew_ms;
        (void)
            printf("  %-20s%6lld s this computer's clock is %s Cal.com's: switch on network time\n",
                   "clock", (long long)(off / CLOCK_SECOND),
                   r->skew_ms > 0 ? "behind" : "ahead of");
    }
}

/* What other runs found shortly before: after an outage the service's own, at its start, may have
 * come first, and then the noughts of this one are not the whole story. */
struct earlier {
    const struct reconcile_report *mine;
    struct jw *json; /* NULL: text */
};

static int print_earlier(const struct reconcile_listed *l, void *arg, struct err *err)
{
    (void)err;
    const struct earlier *e = arg;
    const int64_t found = l->created + l->rescheduled + l->cancelled + l->no_show + l->updated;
    if (found == 0 || strcmp(l->id, e->mine->run_id) == 0 ||
        l->ended_at + EARLIER < e->mine->started_at) {
        return 0;
    }
    if (e->json == NULL) {
        char at[32];
        local_text(l->ended_at, at, sizeof at);
        (void)printf("  Shortly before (%s, %s) another run had found: new %lld, moved %lld, "
                     "cancelled %lld, no-show %lld, changed %lld\n",
                     at + strlen("2026-11-22 "), l->cause, (long long)l->created,
                     (long long)l->rescheduled, (long long)l->cancelled, (long long)l->no_show,
                     (long long)l->updated);
        return 0;
    }
    jw_object(e->json, NULL);
    jw_text(e->json, "run_id", l->id);
    jw_text(e->json, "cause", l->cause);
    jw_text(e->json, "status", l->status);
    jw_time(e->json, "ended_at", l->ended_at);
    jw_int(e->json, "created", l->created);
    jw_int(e->json, "rescheduled", l->rescheduled);
    jw_int(e->json, "cancelled", l->cancelled);
    jw_int(e->json, "no_show", l->no_show);
    jw_int(e->json, "updated", l->updated);
    jw_end_object(e->json);
    return 0;
}

int reconcile_print_text(struct db *db, const struct reconcile_report *r, bool dry_run, int64_t now,
                         struct err *err)
{
    if (reconcile_changes(r) > 0) {
        int rc = reconcile_changes_each(db, r->run_id, print_line, NULL, err);
        if (rc < 0) {
            return rc;
        }
        (void)printf("\n");
    }
    print_head(r, dry_run);
    if (r->status != RECONCILE_COMPLETE && r->pages == 0) {
        return 0; /* nothing was read: a table of noughts says less than the message */
    }
    (void)printf("  %-20s%6lld   in %lld requests, %.1f s\n", "bookings read", (long long)r->seen,
                 (long long)r->requests, (double)(r->ended_at - r->started_at) / 1000.0);
    print_counts(r);
    char last[48] = "never";
    if (r->last_delivery != 0) {
        ago(now - r->last_delivery, last, sizeof last);
    }
    (void)printf("  %-20s%6lld   last webhook: %s\n", "missed by webhooks", (long long)r->missed,
                 last);
    print_asides(r);
    struct earlier earlier = {.mine = r};
    return reconcile_list(db, EARLIER_MAX, print_earlier, &earlier, err);
}

/* Prints what is written so far: a first run may have a hundred thousand changes to tell. */
static int flush_json(struct jw *w, struct err *err)
{
    if (w->out->failed) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    if (w->out->len > 0 && fwrite(w->out->data, 1, w->out->len, stdout) != w->out->len) {
        return err_set(err, ERR_IO, "the report could not be printed: %m");
    }
    buf_reset(w->out);
    return 0;
}

static int json_line(void *arg, const struct reconcile_change *c, struct err *err)
{
    struct jw *w = arg;
    jw_object(w, NULL);
    jw_text(w, "appointment_id", c->appointment_id);
    jw_text(w, "cal_com_event_id", c->uid);
    jw_text(w, "kind", reconcile_kind_name(c->kind));
    jw_text(w, "status", c->status);
    if (c->start != 0) {
        jw_time(w, "start_time", c->start);
    }
    if (c->start_was != 0) {
        jw_time(w, "start_time_was", c->start_was);
    }
    jw_array(w, "fields");
    for (const char *f = c->fields; *f != '\0';) {
        const size_t n = strcspn(f, ",");
        jw_text_n(w, NULL, f, n);
        f += n + (f[n] == ',' ? 1 : 0);
    }
    jw_end_array(w);
    jw_bool(w, "missed", c->missed);
    jw_end_object(w);
    return w->out->len >= JSON_CHUNK ? flush_json(w, err) : 0;
}

static void time_or_null(struct jw *w, const char *key, int64_t at)
{
    if (at != 0) {
        jw_time(w, key, at);
    } else {
        jw_null(w, key);
    }
}

static void json_counts(struct jw *w, const struct reconcile_report *r)
{
    jw_object(w, "changes");
    for (int k = 0; k < RECONCILE_KIND_COUNT; k++) {
        jw_int(w, reconcile_kind_name((enum reconcile_kind)k), r->changes[k]);
    }
    jw_end_object(w);
    jw_object(w, "fields");
    for (size_t i = 0; i < r->field_count; i++) {
        jw_int(w, r->fields[i].name, r->fields[i].count);
    }
    jw_end_object(w);
    jw_int(w, "changed", reconcile_changes(r));
    jw_int(w, "missed_by_webhooks", r->missed);
    time_or_null(w, "last_delivery_at", r->last_delivery);
}

int reconcile_print_json(struct db *db, const struct reconcile_report *r, bool dry_run,
                         const struct err *failure, struct err *err)
{
    CLEANUP(buf_done) struct buf out = {0};
    struct jw w;
    buf_init(&out, JSON_MAX);
    jw_init(&w, &out);
    jw_object(&w, NULL);
    jw_text(&w, "run_id", r->run_id);
    jw_text(&w, "status", reconcile_status_name(r->status));
    jw_text(&w, "kind", r->sweep ? "sweep" : "incremental");
    jw_bool(&w, "dry_run", dry_run);
    jw_bool(&w, "initial", r->initial);
    jw_bool(&w, "resumed", r->resumed);
    jw_time(&w, "started_at", r->started_at);
    jw_time(&w, "ended_at", r->ended_at);
    time_or_null(&w, "cursor", r->cursor);
    time_or_null(&w, "window_from", r->window_from);
    time_or_null(&w, "window_to", r->window_to);
    time_or_null(&w, "swept_to", r->swept_to);
    jw_int(&w, "pages", r->pages);
    jw_int(&w, "requests", r->requests);
    jw_int(&w, "seen", r->seen);
    jw_int(&w, "dropped", r->dropped);
    jw_int(&w, "others", r->others);
    jw_int(&w, "unreadable", r->unreadable);
    jw_int(&w, "asked", r->asked);
    jw_int(&w, "gone", r->gone);
    jw_int(&w, "clock_skew_ms", r->skew_ms);
    json_counts(&w, r);
    if (failure != NULL) {
        jw_object(&w, "error");
        jw_text(&w, "code", err_name(failure->code));
        jw_text(&w, "message", failure->msg);
        jw_end_object(&w);
    } else {
        jw_null(&w, "error");
    }
    struct earlier earlier = {.mine = r, .json = &w};
    jw_array(&w, "shortly_before");
    int listed = reconcile_list(db, EARLIER_MAX, print_earlier, &earlier, err);
    jw_end_array(&w);
    if (listed < 0) {
        return listed;
    }
    jw_array(&w, "appointments");
    int rc = r->run_id[0] == '\0' ? 0 : reconcile_changes_each(db, r->run_id, json_line, &w, err);
    jw_end_array(&w);
    jw_end_object(&w);
    if (rc < 0) {
        return rc;
    }
    rc = flush_json(&w, err);
    (void)putchar('\n');
    return rc;
}
