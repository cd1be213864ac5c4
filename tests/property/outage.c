/*
 * outage.c: one history is lived through like this, every choice following from its seed:
 *
 * 1. some steps happen; of their deliveries some are lost
 * 2. perhaps a reconcile, during which Cal.com misbehaves and further steps happen between its
 * pages
 * 3. the rest happens; again some deliveries are lost; eleven minutes pass, so that no replica is
 * behind
 * 4. reconciles, with failures that pass, until one completes: now the calendar must be true
 * 5. one more: nothing may change
 * 6. all deliveries come (again, or for the first time): nothing may change in what Cal.com knows
 *
 * One complete run that only asks for what changed is asked to make the calendar true only where
 * every change left its mark in updatedAt; else the run in step 4 is a sweep.
 */
#include "outage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare.h"
#include "outage_faults.h"
#include "remote/fetch.h"
#include "run.h"
#include "sync/reconcile.h"

#define UNSEEN SIZE_MAX

struct outage {
    struct outage_place *p;
    const struct history *h;
    struct db *db;
    struct out *why;
    uint64_t salt;
    struct history_cursor at;
    size_t next, until; /* steps that happened, and up to which they may while a reconcile runs */
    size_t delivered;   /* deliveries that had their chance */
    size_t unstamped;   /* when the last complete run began, as far as it could see */
    bool behind;        /* runs read from a replica that is behind */
    bool read_once;
    unsigned broken;
};

const char *catch_sentence(enum catch_up c)
{
    static const char *const sentences[CATCHES] = {
        "law 2: after a complete reconcile the appointments are what Cal.com says",
        "law 3: a second reconcile changes nothing and reports nothing",
        "law 4: deliveries that come after a reconcile do not bring the past back",
        "law 11: a reconcile that was cut short says so and never counts as complete",
    };
    return sentences[c];
}

static void broken(struct outage *o, enum catch_up c, const char *title, const char *before,
                   const char *after)
{
    o->broken |= 1U << c;
    if (o->why != NULL && o->why->len == 0) {
        out_printf(o->why, "#   %s\n", title);
        compare_print(before, after, o->why);
    }
}

/* Under the lock, or while nobody else looks. */
static void happen(struct outage *o, size_t upto)
{
    for (; o->next < upto; o->next++) {
        const struct step *s = &o->h->step[o->next];
        if (!s->skipped) {
            (void)history_step(&o->p->m, &o->at, o->h->seed, o->next, s);
        }
    }
}

static void between_requests(void *arg, struct model *m, size_t number)
{
    struct outage *o = arg;
    (void)m;
    (void)number;
    if (o->next < o->until) {
        happen(o, o->next + 1);
    }
}

static int64_t our_now(void *arg)
{
    struct outage_place *p = ((struct outage *)arg)->p;
    const int64_t now = fake_lock(p->fake)->now + p->our_clock;
    fake_unlock(p->fake);
    return now;
}

/* All is rolled back in the end, so a job is a savepoint here and not a transaction. */
static int run_job(void *self, writer_fn *fn, void *arg, struct err *err)
{
    bool failed = false;
    return db_savepoint(self, fn, arg, &failed, err);
}

static void deliver_some(struct outage *o, unsigned keep_of_four)
{
    struct model *m = &o->p->m;
    for (; o->delivered < m->deliveries; o->delivered++) {
        const struct model_delivery *d = &m->delivery[o->delivered];
        struct inbox_result r;
        if (rng_mix(o->salt + 11, o->delivered) % 4 < keep_of_four) {
            box_deliver(o->db, d->body, d->len, d->sent_at + o->p->our_clock + 100, &r);
        }
    }
}

static int reconcile(struct outage *o, bool full, struct reconcile_report *r, struct err *err)
{
    const uint64_t dice = rng_mix(o->salt + 21, o->next);
    const struct reconcile_env env = {
        .store = {.run = run_job, .self = o->db},
        .calcom = o->p->calcom,
        .username = model_salons[0].username,
        .complete_after_ms = BOX_GRACE,
        .take = dice % 3 == 0 ? 0 : 1 + (int)(dice >> 8) % 5,
        .now = our_now,
        .arg = o,
    };
    /* Far enough back for all that this history has. */
    const struct reconcile_options how = {.cause = "cli",
                                          .full = full,
                                          .since = full || !o->read_once
                                                       ? model_time_at(2026, 10, 1, 0, 0)
                                                       : 0};
    /* From a replica that is behind, even a sweep may miss what was done a moment ago; what
     * updatedAt does not tell is then for the next sweep to find. */
    const size_t unstamped = o->behind ? UNSEEN : o->p->m.unstamped;
    *r = (struct reconcile_report){0};
    const int rc = reconcile_run(&env, &how, r, err);
    const bool complete = r->status == RECONCILE_COMPLETE;
    char said[16] = "";
    (void)box_ask(o->db, "SELECT status FROM reconcile_runs WHERE id = :a", r->run_id, said,
                  sizeof said);
    if (complete != (rc == 0) || strcmp(said, reconcile_status_name(r->status)) != 0 ||
        r->status == RECONCILE_RUNNING) {
        broken(o, CATCH_HONEST, "returned, reported (-) and written (+) do not agree:",
               reconcile_status_name(r->status), said);
    }
    if (complete) {
        o->read_once = true;
        o->unstamped = unstamped;
    }
    *(complete ? &o->p->complete : &o->p->stopped) += 1;
    (void)fake_lock(o->p->fake);
    o->p->m.now += 3 * MODEL_SECOND;
    fake_unlock(o->p->fake);
    return rc;
}

/* No replica is behind any more, and no visit ends about now. */
static void let_time_pass(struct model *m)
{
    m->now += 11 * MODEL_MINUTE;
    for (size_t i = 0; i < m->bookings; i++) {
        const struct model_booking *b = &m->booking[i];
        const int64_t due = b->end + BOX_GRACE;
        if (b->end - 5 * MODEL_MINUTE < m->now && m->now < due + 5 * MODEL_MINUTE) {
            m->now = due + 5 * MODEL_MINUTE;
            i = (size_t)-1; /* from the first again */
        }
    }
}

/* The calendar without what Cal.com removed. Of that, what is still to come must be cancelled,
 * unless a delivery came late: then the next sweep finds it again. */
static void actual_without_vanished(struct outage *o, bool late, struct out *to)
{
    const struct model *m = &o->p->m;
    struct out all = {0};
    compare_actual(o->db, COMPARE_API, &all);
    out_text(&all, "");
    out_text(to, "");
    for (const char *p = all.data; *p != '\0';) {
        const size_t len = strcspn(p, "\n");
        char uid[MODEL_UID_LEN];
        (void)snprintf(uid, sizeof uid, "%.22s", p);
        const size_t b = model_find(m, uid);
        const bool gone = b != MODEL_NONE && m->booking[b].vanished;
        const bool wrong = gone && !late && m->booking[b].start > m->now &&
                           strncmp(p + 22, " | cancelled", 12) != 0;
        if (!gone || wrong) {
            out_add(to, p, len + (p[len] == '\n' ? 1 : 0));
        }
        p += len + (p[len] == '\n' ? 1 : 0);
    }
    out_free(&all);
}

static void compare_with_truth(struct outage *o, enum catch_up c, const char *title)
{
    const struct model *m = &o->p->m;
    struct model_truth truth;
    struct out expected = {0};
    struct out actual = {0};
    model_truth_as_it_is(m, m->now, BOX_GRACE, &truth);
    compare_expected(m, &truth, COMPARE_API, &expected);
    out_text(&expected, "");
    actual_without_vanished(o, c == CATCH_LATE, &actual);
    if (strcmp(expected.data, actual.data) != 0) {
        broken(o, c, title, expected.data, actual.data);
    }
    model_truth_done(&truth);
    out_free(&expected);
    out_free(&actual);
}

static void nothing_changes(struct outage *o, bool full)
{
    struct out before = {0};
    struct out after = {0};
    struct reconcile_report r;
    struct err err;
    box_everything(o->db, &before);
    out_text(&before, "");
    if (reconcile(o, full, &r, &err) < 0) {
        broken(o, CATCH_AGAIN, err.msg, "", "");
    }
    box_everything(o->db, &after);
    out_text(&after, "");
    if (strcmp(before.data, after.data) != 0) {
        broken(o, CATCH_AGAIN,
               "a second reconcile changed something (- before, + after):", before.data,
               after.data);
    } else if (reconcile_changes(&r) != 0 || r.missed != 0) {
        broken(o, CATCH_AGAIN, "a second reconcile reported changes", "", "");
    }
    out_free(&before);
    out_free(&after);
}

static bool until_complete(struct outage *o, bool full)
{
    struct reconcile_report r;
    struct err err;
    for (int tries = 0; tries < 4; tries++) {
        if (reconcile(o, full, &r, &err) == 0) {
            return true;
        }
        /* What failed is over now; what shapes the answers stays. */
        (void)outage_faults_pass(o->p->fake, rng_mix(o->salt, 31));
    }
    broken(o, CATCH_TRUTH, err.msg, "", "");
    return false;
}

static void live_through(struct db *db, void *arg)
{
    struct outage *o = arg;
    struct outage_place *p = o->p;
    struct model *m = &p->m;
    const size_t n = o->h->steps;
    const size_t first = rng_mix(o->salt, 1) % (n + 1);
    const size_t second = first + rng_mix(o->salt, 2) % (n - first + 1);
    struct reconcile_report r;
    struct err err;
    o->db = db;
    happen(o, first);
    deliver_some(o, (unsigned)(rng_mix(o->salt, 3) % 5));
    if (rng_mix(o->salt, 4) % 4 != 0) {
        o->behind = outage_faults_storm(p->fake, rng_mix(o->salt, 5));
        o->until = second;
        fake_set_before(p->fake, between_requests, o);
        (void)reconcile(o, rng_mix(o->salt, 6) % 2 == 0, &r, &err);
        fake_set_before(p->fake, NULL, NULL);
        o->behind = false; /* eleven minutes pass before the next */
    }
    happen(o, n);
    deliver_some(o, (unsigned)(rng_mix(o->salt, 7) % 5));
    let_time_pass(m);
    (void)outage_faults_drizzle(p->fake, rng_mix(o->salt, 31));
    const bool full = !o->read_once || m->unstamped != o->unstamped || rng_mix(o->salt, 8) % 2 == 0;
    if (until_complete(o, full)) {
        box_complete(db, m->now + p->our_clock);
        compare_with_truth(o, CATCH_TRUTH,
                           "after a complete reconcile (- Cal.com, + the calendar):");
        (void)outage_faults_pass(p->fake, rng_mix(o->salt, 31));
        nothing_changes(o, rng_mix(o->salt, 9) % 2 == 0);
        o->delivered = 0;
        for (; o->delivered < m->deliveries; o->delivered++) {
            const struct model_delivery *d = &m->delivery[o->delivered];
            struct inbox_result late;
            box_deliver(db, d->body, d->len, m->now + p->our_clock, &late);
        }
        compare_with_truth(o, CATCH_LATE,
                           "after all deliveries came late (- Cal.com, + the calendar):");
    }
    fake_faults_clear(p->fake);
}

unsigned outage_broken(struct outage_place *p, const struct history *h, struct out *why)
{
    struct outage o = {.p = p, .h = h, .why = why, .salt = rng_mix(h->seed, 815)};
    (void)fake_lock(p->fake);
    model_done(&p->m);
    model_init(&p->m, h->seed);
    p->m.remember_versions = true;
    fake_unlock(p->fake);
    fake_forget(p->fake);
    history_cursor_init(&o.at);
    p->our_clock =
        rng_mix(o.salt, 41) % 3 == 0 ? (int64_t)(rng_mix(o.salt, 42) % 180000) - 90000 : 0;
    box_try(&p->box, live_through, &o);
    p->requests += (long)fake_requests(p->fake);
    return o.broken;
}

void outage_open(struct outage_place *p)
{
    struct err err;
    *p = (struct outage_place){0};
    box_open(&p->box);
    box_must(fetch_global_init(&err), &err, "libcurl");
    model_init(&p->m, 1);
    p->fake = fake_start(&p->m, &(struct fake_options){0});
    if (p->fake == NULL) {
        printf("Bail out! the fake Cal.com cannot listen\n");
        exit(99);
    }
    const struct calcom_options o = {.api_url = fake_url(p->fake),
                                     .api_key = FAKE_KEY,
                                     .requests_per_second = 100000,
                                     .patience_ms = 3000,
                                     .backoff_ms = 1,
                                     .tries = 4};
    box_must(calcom_new(&o, &p->calcom, &err), &err, "client");
}

void outage_close(struct outage_place *p)
{
    calcom_free(p->calcom);
    fake_stop(p->fake);
    model_done(&p->m);
    box_close(&p->box);
}
