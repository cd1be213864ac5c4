/*
 * reconciles.c: laws 2, 3 and 11 over random histories, with Cal.com's API over real HTTP. Prints
 * TAP.
 *
 *   reconciles [--seed N | --seed now] [--count N] [--only N]
 *
 * In each history a part of the deliveries is lost, late or repeated, some changes send nothing at
 * all, and now and then a reconcile runs, with faults, while things go on happening. In the end one
 * has to complete: then the calendar must be what Cal.com says, a further one must change nothing,
 * and none that was cut short may have called itself complete.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "compare.h"
#include "count.h"
#include "fake_calcom.h"
#include "history.h"
#include "remote/fetch.h"
#include "sync/reconcile.h"

#define USUAL_SEED UINT64_C(20261122)
#define MAIL_MAX   512

enum law { LAW_AGREES, LAW_AGAIN, LAW_HONEST, LAW_ENDS, LAWS };

static const char *const sentences[LAWS] = {
    "law 2: after a reconcile that completes, the calendar is what Cal.com says",
    "law 3: a second reconcile changes nothing and reports nothing",
    "law 11: a reconcile that stopped half way says so and keeps its pages",
    "a reconcile completes once the faults have passed",
};

/* One history on its way. */
struct play {
    struct db *db;
    struct model m;
    struct history h;
    struct history_cursor cursor;
    size_t step; /* the next one */
    struct rng rng;
    struct fake *f;
    struct calcom *client;
    size_t mail;           /* deliveries of the model that were looked at */
    size_t late[MAIL_MAX]; /* of them, those still on their way */
    size_t late_count;
    int64_t
        since;   /* lower bound of every sweep: histories last longer than the usual thirty days */
    bool traces; /* nothing happens without moving updatedAt */
    bool meddle; /* things happen between two pages */
    unsigned broken;
    struct out *why;
};

static void breaks(struct play *p, enum law l, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
static void breaks(struct play *p, enum law l, const char *fmt, ...)
{
    char text[400];
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    if (p->broken == 0 && p->why != NULL) {
        out_printf(p->why, "#   %s\n", text);
    }
    p->broken |= 1U << l;
}

static int run_in_transaction(void *self, writer_fn *fn, void *arg, struct err *err)
{
    bool broken = false;
    int rc = db_savepoint(self, fn, arg, &broken, err);
    if (broken) {
        printf("Bail out! savepoint: %s\n", err->msg);
        exit(99);
    }
    return rc;
}

static int64_t model_now(void *arg)
{
    struct play *p = arg;
    int64_t now = fake_lock(p->f)->now;
    fake_unlock(p->f);
    return now;
}

static void next_step(struct play *p, struct model *m)
{
    while (p->step < p->h.steps && p->h.step[p->step].skipped) {
        p->step++;
    }
    if (p->step < p->h.steps) {
        (void)history_step(m, &p->cursor, p->h.seed, p->step, &p->h.step[p->step]);
        p->step++;
    }
}

/* Called while the fake holds the model. */
static void between_pages(void *arg, struct model *m, size_t number)
{
    struct play *p = arg;
    (void)number;
    m->now += 1200;
    if (p->meddle && rng_one_in(&p->rng, 3)) {
        next_step(p, m);
    }
}

static void deliver(struct play *p, size_t i)
{
    const struct model_delivery *d = &p->m.delivery[i];
    struct inbox_result r;
    box_deliver(p->db, d->body, d->len, p->m.now, &r);
}

/* The mail sent since the last time: a fourth never comes, a fourth comes late, some comes twice.
 */
static void post(struct play *p)
{
    for (; p->mail < p->m.deliveries; p->mail++) {
        const unsigned dice = rng_below(&p->rng, 8);
        if (dice < 2) {
            continue;
        }
        if (dice < 4 && p->late_count < MAIL_MAX) {
            p->late[p->late_count++] = p->mail;
            continue;
        }
        deliver(p, p->mail);
        if (dice == 4) {
            deliver(p, p->mail);
        }
    }
}

static void post_late(struct play *p, unsigned one_in)
{
    for (size_t i = 0; i < p->late_count; i++) {
        if (one_in <= 1 || rng_one_in(&p->rng, one_in)) {
            deliver(p, p->late[i]);
            p->late[i--] = p->late[--p->late_count];
        }
    }
}

/* Some faults, each for a few requests. Those that lie about the list are only told where a client
 * can notice. */
static void some_faults(struct play *p)
{
    static const enum fake_fault_kind kinds[] = {
        FAKE_STATUS,    FAKE_HTML,        FAKE_CUT,       FAKE_HANG_UP, FAKE_TRUNCATED,
        FAKE_MALFORMED, FAKE_RETRY_AFTER, FAKE_EXCLUSIVE, FAKE_SHORT,   FAKE_WRONG_TOTALS,
        FAKE_STALE,     FAKE_NO_FILTERS,  FAKE_NO_DATE,
    };
    const unsigned n = rng_below(&p->rng, 4);
    for (unsigned i = 0; i < n; i++) {
        struct fake_fault f = {.kind = kinds[rng_below(&p->rng, ARRAY_LEN(kinds))],
                               .after = (int64_t)rng_below(&p->rng, 5),
                               .times = 1 + (int64_t)rng_below(&p->rng, 3)};
        f.number = f.kind == FAKE_STATUS  ? 500
                   : f.kind == FAKE_SHORT ? 1 + (int64_t)rng_below(&p->rng, 4)
                   : f.kind == FAKE_STALE ? (int64_t)rng_below(&p->rng, 540) * 1000
                                          : 0;
        if (f.kind == FAKE_SHORT || f.kind == FAKE_EXCLUSIVE || f.kind == FAKE_WRONG_TOTALS) {
            f.after = 0; /* a server is one way or the other */
            f.times = 0;
        }
        /* Without Date our own clock serves: the model's, not the machine's. */
        if (f.kind != FAKE_NO_DATE) {
            fake_fault(p->f, f);
        }
    }
}

static int reconcile(struct play *p, bool full, struct reconcile_report *report)
{
    const struct reconcile_env env = {
        .store = {.run = run_in_transaction, .self = p->db},
        .calcom = p->client,
        .username = model_salons[0].username,
        .complete_after_ms = BOX_GRACE,
        .take = 2 + (int)rng_below(&p->rng, 5),
        .now = model_now,
        .arg = p,
    };
    const struct reconcile_options o = {.cause = "cli", .full = full, .since = full ? p->since : 0};
    struct err err = {0};
    int rc = reconcile_run(&env, &o, report, &err);
    char status[16] = "";
    (void)box_ask(p->db, "SELECT status FROM reconcile_runs WHERE id = :a", report->run_id, status,
                  sizeof status);
    const bool complete = rc >= 0;
    if (complete != (report->status == RECONCILE_COMPLETE) ||
        complete != (strcmp(status, "complete") == 0) ||
        (!complete && err_exit_status(err.code) == 0)) {
        breaks(p, LAW_HONEST, "it ended with %d (%s), reported %s and wrote %s", rc, err.msg,
               reconcile_status_name(report->status), status);
    }
    if (!complete && p->why != NULL) {
        out_printf(p->why, "#   a run stopped: %s\n", err.msg);
    }
    return rc;
}

/* What vanished from Cal.com is not there at all; here it is cancelled, or what it was when its
 * time came before anybody noticed. Takes those lines out. */
static void forget_vanished(const struct model *m, struct out *actual)
{
    for (size_t i = 0; i < m->bookings; i++) {
        char begin[MODEL_UID_LEN + 4];
        (void)snprintf(begin, sizeof begin, "%s |", m->booking[i].uid);
        char *line = m->booking[i].vanished ? strstr(actual->data, begin) : NULL;
        if (line != NULL) {
            const char *next = strchr(line, '\n') + 1;
            memmove(line, next, strlen(next) + 1);
        }
    }
}

static void compare_with_truth(struct play *p)
{
    struct model_truth truth;
    struct out expected = {0};
    struct out actual = {0};
    model_truth_as_it_is(&p->m, p->m.now, BOX_GRACE, &truth);
    compare_expected(&p->m, &truth, COMPARE_API, &expected);
    compare_actual(p->db, COMPARE_API, &actual);
    out_text(&expected, "");
    out_text(&actual, "");
    forget_vanished(&p->m, &actual);
    if (strcmp(expected.data, actual.data) != 0) {
        breaks(p, LAW_AGREES, "the calendar is not what Cal.com says (- expected, + found):");
        if (p->why != NULL) {
            compare_print(expected.data, actual.data, p->why);
            history_print(&p->h, p->why);
        }
    }
    model_truth_done(&truth);
    out_free(&expected);
    out_free(&actual);
}

static void again(struct play *p, bool full)
{
    struct reconcile_report report;
    struct out before = {0};
    struct out after = {0};
    box_everything(p->db, &before);
    out_text(&before, "");
    if (reconcile(p, full, &report) < 0) {
        breaks(p, LAW_ENDS, "a second run did not complete");
    } else if (reconcile_changes(&report) != 0) {
        breaks(p, LAW_AGAIN, "a second run (full %d) reported %" PRId64 " changes", full,
               reconcile_changes(&report));
    }
    box_everything(p->db, &after);
    out_text(&after, "");
    if (strcmp(before.data, after.data) != 0) {
        breaks(p, LAW_AGAIN, "a second run (full %d) changed:", full);
        if (p->why != NULL) {
            compare_print(before.data, after.data, p->why);
        }
    }
    out_free(&before);
    out_free(&after);
}

static void middle(struct play *p)
{
    while (p->step < p->h.steps) {
        struct model *m = fake_lock(p->f);
        next_step(p, m);
        fake_unlock(p->f);
        post(p);
        post_late(p, 3);
        if (rng_one_in(&p->rng, 4)) {
            struct reconcile_report report;
            some_faults(p);
            if (rng_one_in(&p->rng, 3)) { /* and it does not get through */
                fake_fault(p->f, (struct fake_fault){.kind = FAKE_STATUS,
                                                     .number = 503,
                                                     .after = (int64_t)rng_below(&p->rng, 6)});
            }
            p->meddle = rng_one_in(&p->rng, 2);
            (void)reconcile(p, rng_one_in(&p->rng, 3), &report);
            p->meddle = false;
            fake_faults_clear(p->f);
            post(p);
        }
    }
    post_late(p, 1);
}

static void in_the_box(struct db *db, void *arg)
{
    struct play *p = arg;
    p->db = db;
    middle(p);
    /* The last ten minutes are not outranked by a read, and for a quarter of an hour after its end
     * a visit is only completed if that was said: let them pass. */
    struct model *m = fake_lock(p->f);
    m->now += 31 * MODEL_MINUTE;
    fake_unlock(p->f);
    char cursor[32];
    const bool full =
        !p->traces ||
        !box_ask(db, "SELECT cursor FROM reconcile_state WHERE :a = '' AND cursor IS NOT NULL", "",
                 cursor, sizeof cursor);
    int rc = -1;
    for (int i = 0; i < 6 && rc < 0; i++) {
        struct reconcile_report report;
        if (i < 4) {
            some_faults(p);
        }
        rc = reconcile(p, full, &report);
        fake_faults_clear(p->f);
    }
    if (rc < 0) {
        breaks(p, LAW_ENDS, "no run completed");
        return;
    }
    box_complete(db, p->m.now);
    compare_with_truth(p);
    again(p, true);
    again(p, false);
}

/* Takes out of the history what happens without moving updatedAt: then reading what changed must be
 * enough. */
static void leave_traces(struct history *h)
{
    for (size_t i = 0; i < h->steps; i++) {
        struct step *s = &h->step[i];
        s->booking.null_updated = false;
        s->skipped = s->kind == STEP_ABSENT || s->kind == STEP_PRESENT ||
                     s->kind == STEP_LEAVE_SEAT ||
                     (s->kind == STEP_EDIT && (!s->flag || s->arg == EDIT_VANISH));
    }
}

static unsigned play_history(struct box *box, uint64_t seed, struct out *why)
{
    struct play p = {.why = why, .rng = {.state = rng_mix(seed, 99)}};
    struct err err = {0};
    history_make(&p.h, seed, HISTORY_API);
    p.traces = seed % 2 == 0;
    if (p.traces) {
        leave_traces(&p.h);
    }
    model_init(&p.m, seed);
    p.m.remember_versions = true;
    p.since = p.m.now - 60 * MODEL_DAY;
    history_cursor_init(&p.cursor);
    const struct fake_options fo = {0};
    p.f = fake_start(&p.m, &fo);
    if (p.f == NULL) {
        printf("Bail out! the fake Cal.com does not start\n");
        exit(99);
    }
    fake_set_before(p.f, between_pages, &p);
    const struct calcom_options co = {.api_url = fake_url(p.f),
                                      .api_key = FAKE_KEY,
                                      .requests_per_second = 1e6,
                                      .patience_ms = 5000,
                                      .backoff_ms = 2,
                                      .tries = 4};
    box_must(calcom_new(&co, &p.client, &err), &err, "client");
    box_try(box, in_the_box, &p);
    calcom_free(p.client);
    fake_stop(p.f);
    model_done(&p.m);
    return p.broken;
}

int main(int argc, char **argv)
{
    uint64_t seed = USUAL_SEED;
    uint64_t count = 0;
    const char *wish = getenv("BARKBOOK_TEST_LONG");
    if (wish != NULL && strcmp(wish, "1") == 0) {
        seed = (uint64_t)time(NULL) * 100000;
    }
    for (int i = 1; i + 1 < argc; i += 2) {
        const bool now = strcmp(argv[i + 1], "now") == 0;
        const uint64_t n = now ? (uint64_t)time(NULL) * 100000 : strtoull(argv[i + 1], NULL, 10);
        if (strcmp(argv[i], "--count") == 0) {
            count = n;
        } else {
            seed = n;
            count = strcmp(argv[i], "--only") == 0 ? 1 : count;
        }
    }
    if (count == 0) {
        count = (uint64_t)test_count("random histories with a reconciler", 800, 10000);
    }
    struct err err = {0};
    struct box box;
    box_must(fetch_global_init(&err), &err, "libcurl");
    box_open(&box);
    printf("# seed %" PRIu64 ", %" PRIu64 " histories\n", seed, count);
    (void)fflush(stdout);
    uint64_t broken[LAWS] = {0};
    uint64_t example[LAWS] = {0};
    struct out report[LAWS] = {{0}};
    for (uint64_t i = 0; i < count; i++) {
        struct out why = {0};
        const unsigned bad = play_history(&box, seed + i, &why);
        for (int l = 0; l < LAWS; l++) {
            if ((bad & (1U << l)) != 0 && broken[l]++ == 0) {
                example[l] = seed + i;
                out_text(&report[l], why.data);
            }
        }
        out_free(&why);
    }
    int status = 0;
    printf("1..%d\n", LAWS);
    for (int l = 0; l < LAWS; l++) {
        printf("%sok %d - %s\n", broken[l] == 0 ? "" : "not ", l + 1, sentences[l]);
        if (broken[l] > 0) {
            status = 1;
            printf("# broken by %" PRIu64 " of %" PRIu64 " histories; the first is --only %" PRIu64
                   ":\n%s",
                   broken[l], count, example[l], report[l].data);
        }
        out_free(&report[l]);
    }
    box_close(&box);
    return status;
}
