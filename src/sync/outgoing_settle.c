/*
 * outgoing_settle.c: Cal.com's word about an order becomes ours: through apply, with who asked for
 * it in the history; and the looking up of orders whose answer was lost. Threads: the caller's;
 * writes go through the writer.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "remote/calcom_decode.h"
#include "sync/apply.h"
#include "sync/appointment.h"
#include "sync/outgoing_work.h"

#define ROWS_MAX  64 /* bookings in one answer: a series */
#define PAGES_MAX 20
#define LOOK_BACK CLOCK_MINUTE /* bounds may be exclusive */
#define LOOK_ON   (26 * CLOCK_HOUR)

struct settle {
    const struct outgoing *o;
    struct outgoing_row row;  /* as it was; written with what was found */
    struct outgoing_row done; /* out */
    struct observation *list;
    size_t count;
};

static int note_in_history(struct db *db, const struct apply_context *ctx, struct settle *s,
                           const struct apply_result *r, struct err *err)
{
    const bool shown = r->action != APPLY_DUPLICATE && r->action != APPLY_UNCHANGED;
    if (r->event_id[0] == '\0') {
        return 0;
    }
    if (s->row.kind == ORDER_BOOK) {
        char start[TIME_TEXT_LEN];
        time_format(s->row.start, start);
        return appointment_note_change(db, ctx, r->event_id, "booked", NULL, start, err);
    }
    /* The webhook was faster than the answer: the change stands there already, but not by whom. */
    return shown ? 0
                 : appointment_note_change(db, ctx, r->event_id, "asked", NULL,
                                           outgoing_kind_name(s->row.kind), err);
}

static int settle_job(struct db *db, void *arg, struct err *err)
{
    struct settle *s = arg;
    const struct apply_context ctx = {
        .now = clock_now_ms(),
        .complete_after_ms = s->o->o.config->calcom.complete_after_ms,
        .cause = "booking",
        .cause_id = s->row.staff_id[0] != '\0' ? s->row.staff_id : NULL,
    };
    struct apply_result first = {0};
    for (size_t i = 0; i < s->count; i++) {
        struct apply_result r = {0};
        int rc = apply_observation(db, &ctx, &s->list[i], &r, err);
        if (rc < 0) {
            return rc;
        }
        if (i == 0) {
            first = r;
        }
    }
    int rc = note_in_history(db, &ctx, s, &first, err);
    if (rc < 0) {
        return rc;
    }
    s->done = s->row;
    s->done.state = OUTGOING_DONE;
    s->done.reason[0] = '\0';
    s->done.detail[0] = '\0';
    s->done.ended_at = ctx.now;
    if (first.event_id[0] != '\0') {
        memcpy(s->done.event_id, first.event_id, sizeof s->done.event_id);
    }
    (void)snprintf(s->done.uid, sizeof s->done.uid, "%s", s->list[0].uid);
    return outgoing_note(db, &s->done, err);
}

static int decode(const struct calcom_order *order, const cJSON *data, int64_t at, struct settle *s,
                  struct err *err)
{
    const cJSON *row = cJSON_IsArray(data) ? data->child : data;
    while (row != NULL && s->count < ROWS_MAX) {
        int rc = calcom_order_result(order, row, at, &s->list[s->count], err);
        if (rc < 0) {
            return rc;
        }
        s->count++;
        row = cJSON_IsArray(data) ? row->next : NULL;
    }
    return s->count > 0 ? 0 : err_set(err, ERR_UNPROCESSABLE, "Cal.com's answer has no booking");
}

int outgoing_settle(struct outgoing *o, struct outgoing_row *row, const struct calcom_order *order,
                    const cJSON *data, int64_t answered_at, struct err *err)
{
    struct settle s = {.o = o, .row = *row, .list = calloc(ROWS_MAX, sizeof *s.list)};
    if (s.list == NULL) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    int rc = decode(order, data, answered_at, &s, err);
    if (rc >= 0) {
        rc = writer_run(o->o.writer, settle_job, &s, err);
    }
    for (size_t i = 0; i < s.count; i++) {
        observation_done(&s.list[i]);
    }
    free(s.list);
    if (rc < 0) {
        return rc;
    }
    *row = s.done;
    return 0;
}

struct save {
    const struct outgoing_row *row;
};

static int save_job(struct db *db, void *arg, struct err *err)
{
    const struct save *s = arg;
    return outgoing_note(db, s->row, err);
}

int outgoing_save(struct outgoing *o, const struct outgoing_row *row, struct err *err)
{
    struct save s = {.row = row};
    return writer_run(o->o.writer, save_job, &s, err);
}

/* A list may come from a copy that lags behind: only what it says of itself is newer. Absence has
 * no moment of its own at Cal.com. */
static int64_t moment_of(const struct calcom_answer *a, enum calcom_order_kind kind)
{
    const int64_t at = a->date > 0 ? a->date : clock_now_ms();
    return kind == ORDER_ABSENT ? at : at - CALCOM_REPLICA_LAG_MS;
}

static int look_for_new(struct outgoing *o, struct outgoing_client *c, struct outgoing_row *row,
                        const struct calcom_order *order, struct err *err)
{
    struct calcom_query q = {.sort = CALCOM_BY_START,
                             .after_start = order->start - LOOK_BACK,
                             .before_end = order->start + LOOK_ON,
                             .take = CALCOM_TAKE_MAX};
    for (int page = 0; page < PAGES_MAX; page++) {
        CLEANUP(calcom_answer_done) struct calcom_answer a = {0};
        int rc = calcom_bookings(c->calcom, &q, &a, err);
        if (rc < 0) {
            return rc;
        }
        int64_t count = 0;
        const cJSON *b = NULL;
        cJSON_ArrayForEach(b, a.data)
        {
            count++;
            if (calcom_order_shows(order, b)) {
                rc = outgoing_settle(o, row, order, b, moment_of(&a, order->kind), err);
                return rc < 0 ? rc : 1;
            }
        }
        if (count == 0 || a.has_next == 0 || (a.has_next < 0 && count < q.take)) {
            return 0;
        }
        q.skip += count;
    }
    return err_set(err, ERR_REMOTE_RETRY, "Cal.com's list of that day has no end");
}

/* 1: settled; 0: it does not show; 2: follow *next, which the booking became. */
static int look_at_one(struct outgoing *o, struct outgoing_client *c, struct outgoing_row *row,
                       const struct calcom_order *order, const char *uid, char next[static 128],
                       struct err *err)
{
    CLEANUP(calcom_answer_done) struct calcom_answer a = {0};
    int rc = calcom_booking(c->calcom, uid, &a, err);
    if (rc != 0) {
        return rc < 0 ? rc : 0;
    }
    const cJSON *b = cJSON_IsArray(a.data) ? a.data->child : a.data;
    if (calcom_order_shows(order, b)) {
        rc = outgoing_settle(o, row, order, b, moment_of(&a, order->kind), err);
        return rc < 0 ? rc : 1;
    }
    const char *to = json_text(b, "rescheduledToUid");
    if (order->kind != ORDER_RESCHEDULE || to == NULL || strlen(to) >= 128) {
        return 0;
    }
    (void)snprintf(next, 128, "%s", to);
    return 2;
}

int outgoing_look(struct outgoing *o, struct outgoing_client *c, struct outgoing_row *row,
                  const struct calcom_order *order, struct err *err)
{
    char next[128];
    if (order->kind == ORDER_BOOK) {
        return look_for_new(o, c, row, order, err);
    }
    int rc = look_at_one(o, c, row, order, order->uid, next, err);
    if (rc == 2) {
        char beyond[128];
        rc = look_at_one(o, c, row, order, next, beyond, err);
    }
    return rc == 2 ? 0 : rc;
}
