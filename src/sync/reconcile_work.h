/*
 * reconcile_work.h: what the files of the reconciler share during one run. For reconcile*.c only.
 */
#ifndef BARKBOOK_SYNC_RECONCILE_WORK_H
#define BARKBOOK_SYNC_RECONCILE_WORK_H

#include "remote/observation.h"
#include "sync/pager.h"
#include "sync/reconcile.h"

/* The row of reconcile_state. Moments in ms, 0 for NULL. */
struct sweep_state {
    int64_t since; /* as asked for; 0: the usual window */
    int64_t from, to;
    int64_t at; /* 0: no sweep under way */
    int64_t date;
    int64_t newest;
};
struct reconcile_state {
    int64_t cursor;
    struct sweep_state sweep;
};

/* Cal.com users whose bookings are ours: the configured one and those of the salons. None
 * configured: count is 0, and every booking is taken for ours. */
#define OUR_NAMES_MAX 32
struct our_names {
    char name[OUR_NAMES_MAX][128];
    size_t count;
};

struct work {
    const struct reconcile_env *env;
    const struct reconcile_options *o;
    struct reconcile_report *report;
    struct reconcile_state state; /* as committed */
    struct our_names ours;
    int64_t requests_before; /* the client had made when the run began */
    int64_t sweep_known;     /* rows of the sweep about bookings that were known here before */
};

int64_t work_now(const struct work *w);
int64_t work_true_now(const struct work *w); /* by Cal.com's clock where ours is hours off */
/* When an answer was true: Cal.com's Date, else our clock. Notes how far the two are apart. */
int64_t work_read_at(struct work *w, const struct calcom_answer *a);
bool work_stopping(const struct work *w);
int work_stopped(struct err *err); /* ERR_STOPPED */
void work_progress(const struct work *w);
int work_run(const struct work *w, writer_fn *fn, void *arg, struct err *err);

/* reconcile_run.c: the tables reconcile_runs and reconcile_state. */
MUST_USE int run_begin(struct work *w, struct err *err);
/* Inside a job: the run's row and the state, as they shall be. */
MUST_USE int run_note(struct db *db, const struct reconcile_report *r,
                      const struct reconcile_state *state, struct err *err);
/* The last word: counts what was found, ends the row. failed: the run's error, or NULL. */
MUST_USE int run_end(struct work *w, const struct err *failed, struct err *err);

/* reconcile_batch.c: some rows, applied and committed with what follows from having read them. */
struct batch {
    struct observation *rows; /* owned */
    size_t count;
    int64_t pages, dropped, others, unreadable; /* to be counted with it */
    struct reconcile_state state;               /* committed with it */
    const struct seen *seen;                    /* of a sweep; NULL: look for no unseen ones */
    int64_t unseen_from, unseen_to;             /* starts, [from, to) */
    const char *answers;                        /* the uid that was asked for; NULL */
};
MUST_USE int batch_init(struct batch *b, size_t room, const struct work *w, struct err *err);
void batch_done(struct batch *b); /* safe on a zeroed one */
DEFINE_CLEANUP_REF(struct batch, batch_done);

/* Decodes one row into the batch, unless it is somebody else's or cannot be understood: both are
 * counted. Negative only when memory ran out. */
MUST_USE int batch_row(struct batch *b, struct work *w, const cJSON *row, int64_t read_at,
                       struct err *err);
MUST_USE int batch_commit(struct batch *b, struct work *w, struct err *err);

/* reconcile_page.c: one page of the list, asked for, understood and put into a batch. */
MUST_USE int page_read(struct work *w, struct pager *p, enum calcom_sort sort, struct batch *b,
                       int64_t *read_at, struct err *err); /* PAGER_MORE or PAGER_END */

/* reconcile_sweep.c, reconcile_ask.c */
MUST_USE int sweep_run(struct work *w, struct err *err);
MUST_USE int asks_run(struct work *w, struct err *err);

/* reconcile_report.c: what a run found. Inside jobs. */
MUST_USE int finding_add(struct db *db, const char *run_id, const char *appointment_id,
                         const char *uid, enum reconcile_kind kind, int64_t now, struct err *err);
MUST_USE int findings_sum(struct db *db, struct reconcile_report *r, struct err *err);

#endif
