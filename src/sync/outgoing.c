/*
 * outgoing.c: one order from the button to its end: checked, written down, sent once, settled.
 * Threads: the caller's; the struct's own state is guarded by its lock, which is never held over a
 * call, a query or a wait.
 */
#include "sync/outgoing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/secret.h"
#include "salon/client.h"
#include "salon/pet.h"
#include "salon/placeholder.h"
#include "sync/outgoing_work.h"

#define NOTES_MAX ((size_t)8 * 1024)

void guest_done(struct guest *g)
{
    client_done(&g->client);
}

static int list_pets(struct db *db, const struct actor *who, const struct outgoing_booking *b,
                     struct guest *g, struct err *err)
{
    size_t used = 0;
    for (size_t i = 0; i < b->pet_count; i++) {
        CLEANUP(pet_done) struct pet pet = {0};
        int rc = pet_load(db, who, b->pets[i], &pet, err);
        if (rc > 0) {
            rc = pet_is_of(db, pet.id, g->client.id, err);
        }
        if (rc < 0) {
            return rc;
        }
        if (rc == 0) {
            return err_set(err, ERR_UNPROCESSABLE, "pet_ids: a pet that is not this client's");
        }
        int n =
            snprintf(g->pets + used, sizeof g->pets - used, "%s%s", used > 0 ? "," : "", pet.id);
        used += n > 0 ? (size_t)n : 0;
    }
    return 0;
}

int guest_load(struct db *db, const struct actor *who, const struct outgoing_booking *b,
               struct guest *g, struct err *err)
{
    int rc = client_load(db, who, b->client_id, &g->client, err);
    if (rc <= 0) {
        return rc < 0 ? rc : err_set(err, ERR_NOT_FOUND, "there is no such client");
    }
    if (g->client.archived_at > 0) {
        return err_set(err, ERR_UNPROCESSABLE, "client_id: this card is archived");
    }
    (void)snprintf(g->name, sizeof g->name, "%s%s%s", g->client.name,
                   g->client.surname != NULL ? " " : "",
                   g->client.surname != NULL ? g->client.surname : "");
    if (g->client.email != NULL) {
        (void)snprintf(g->email, sizeof g->email, "%s", g->client.email);
    } else {
        placeholder_email(g->client.id, g->email);
    }
    return list_pets(db, who, b, g, err);
}

/* The same request_id must mean the same wish. */
static int digest(const struct calcom_order *o, const char *event_id,
                  char out[static OUTGOING_DIGEST_LEN], struct err *err)
{
    CLEANUP(buf_done) struct buf all = {0};
    uint8_t hash[SHA256_LEN];
    buf_init(&all, NOTES_MAX * 2);
    buf_printf(&all, "%d\x1f%s\x1f%lld\x1f%s\x1f%d\x1f%s\x1f%s\x1f%lld\x1f%lld\x1f%s", (int)o->kind,
               event_id, (long long)o->start, o->reason != NULL ? o->reason : "", o->absent,
               o->client_id != NULL ? o->client_id : "", o->pet_ids != NULL ? o->pet_ids : "",
               (long long)o->event_type, (long long)o->length, o->notes != NULL ? o->notes : "");
    if (all.failed) {
        return err_set(err, ERR_TOO_LARGE, "the request is too long");
    }
    int rc = secret_sha256(all.data, all.len, hash, err);
    if (rc >= 0) {
        secret_hex(hash, (OUTGOING_DIGEST_LEN - 1) / 2, out);
    }
    return rc;
}

static int begin_job(struct db *db, void *arg, struct err *err)
{
    return outgoing_begin(db, arg, err);
}

static bool says(const char *text, const char *word)
{
    return strcasestr(text, word) != NULL;
}

/* Cal.com has no code for a slot that is gone, only sentences. */
static bool is_slot_taken(const struct calcom_refusal *why)
{
    static const char *const words[] = {"not available",       "no available",   "no_available",
                                        "already has booking", "already booked", "conflict"};
    if (why->status == 409) {
        return true;
    }
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (says(why->words, words[i])) {
            return true;
        }
    }
    return false;
}

static const char *why_not(const struct calcom_order *order, const struct calcom_outcome *out)
{
    const bool picks_time = order->kind == ORDER_BOOK || order->kind == ORDER_RESCHEDULE;
    if (out->failure == FETCH_KEY) {
        return OUTGOING_WHY_KEY;
    }
    if (out->failure == FETCH_DENIED) {
        return OUTGOING_WHY_DENIED;
    }
    if (out->failure == FETCH_RATE) {
        return OUTGOING_WHY_RATE;
    }
    if (out->failure == FETCH_NOT_FOUND) {
        return OUTGOING_WHY_GONE;
    }
    if (out->failure == FETCH_REFUSED) {
        return picks_time && is_slot_taken(&out->refusal) ? OUTGOING_WHY_SLOT
                                                          : OUTGOING_WHY_REFUSED;
    }
    return OUTGOING_WHY_DOWN;
}

static void end_row(struct outgoing_row *row, enum outgoing_state state, const char *reason,
                    const char *detail)
{
    row->state = state;
    row->ended_at = clock_now_ms();
    (void)snprintf(row->reason, sizeof row->reason, "%s", reason);
    (void)snprintf(row->detail, sizeof row->detail, "%s", detail);
}

/* The answer was lost. Asked at once, Cal.com mostly knows already; else the thread goes on. */
static int find_out(struct outgoing *o, struct outgoing_client *c, struct outgoing_row *row,
                    const struct calcom_order *order, struct err *err)
{
    struct err why = {0};
    int rc = atomic_load(&o->stop) == FETCH_GO ? outgoing_look(o, c, row, order, &why) : 0;
    if (rc > 0) {
        return 0;
    }
    if (rc < 0) {
        log_warn("outgoing_look_failed", "id=%s error=\"%s\"", row->id, why.msg);
    }
    row->state = OUTGOING_UNSURE;
    row->looks = 1;
    rc = outgoing_save(o, row, err);
    outgoing_wake(o);
    return rc;
}

/* Cal.com said no. Perhaps because it is so already: somebody else did it, in Cal.com or here. */
static int refused(struct outgoing *o, struct outgoing_client *c, struct outgoing_row *row,
                   const struct calcom_order *order, const struct calcom_outcome *out,
                   struct err *err)
{
    struct err why = {0};
    if (order->kind != ORDER_BOOK && out->failure == FETCH_REFUSED &&
        outgoing_look(o, c, row, order, &why) > 0) {
        return 0;
    }
    end_row(row, OUTGOING_REFUSED, why_not(order, out), out->refusal.words);
    return outgoing_save(o, row, err);
}

static int send(struct outgoing *o, struct outgoing_client *c, struct outgoing_row *row,
                const struct calcom_order *order, struct err *err)
{
    CLEANUP(calcom_outcome_done) struct calcom_outcome out = {0};
    struct err why = {0};
    const int64_t began = clock_mono_ms();
    int rc = calcom_write(c->calcom, order, &out, &why);
    if (rc < 0) {
        out.failure = FETCH_BROKEN;
        end_row(row, OUTGOING_FAILED, OUTGOING_WHY_REFUSED, "");
        int saved = outgoing_save(o, row, err);
        *err = why;
        return saved < 0 ? saved : rc;
    }
    const enum calcom_fate fate = (enum calcom_fate)rc;
    if (fate == CALCOM_DONE) {
        const int64_t at = out.answer.date > 0 ? out.answer.date : clock_now_ms();
        rc = outgoing_settle(o, row, order, out.answer.data, at, &why);
        if (rc < 0) { /* an answer that is none of theirs, or no disk: look it up */
            rc = find_out(o, c, row, order, err);
        }
    } else if (fate == CALCOM_SAID_NO) {
        rc = refused(o, c, row, order, &out, err);
    } else if (fate == CALCOM_NOT_SENT) {
        end_row(row, OUTGOING_FAILED, why_not(order, &out), "");
        rc = outgoing_save(o, row, err);
    } else {
        rc = find_out(o, c, row, order, err);
    }
    log_info("outgoing", "kind=%s id=%s state=%s reason=%s ms=%lld%s%s",
             outgoing_kind_name(row->kind), row->id, outgoing_state_name(row->state), row->reason,
             (long long)(clock_mono_ms() - began), why.msg[0] != '\0' ? " error=" : "", why.msg);
    return rc;
}

static int write_down_and_send(struct outgoing *o, struct outgoing_client *c,
                               struct outgoing_row *row, const struct calcom_order *order,
                               struct err *err)
{
    int rc = digest(order, row->event_id, row->digest, err);
    if (rc >= 0) {
        rc = writer_run(o->o.writer, begin_job, row, err);
    }
    if (rc < 0 || rc == OUTGOING_KNOWN) {
        return rc < 0 ? rc : 0;
    }
    return send(o, c, row, order, err);
}

static int check_id(const char *id, struct err *err)
{
    const size_t n = id != NULL ? strlen(id) : 0;
    if (n < 8 || n >= OUTGOING_ID_LEN ||
        id[strspn(id, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-._")] !=
            '\0') {
        return err_set(err, ERR_INVALID,
                       "request_id: 8 to 63 letters, digits, '-', '.' and '_', new for each wish");
    }
    return 0;
}

static void start_row(struct outgoing_row *row, const char *id, enum calcom_order_kind kind,
                      const struct actor *who)
{
    *row = (struct outgoing_row){.kind = kind, .created_at = who->now};
    (void)snprintf(row->id, sizeof row->id, "%s", id);
    (void)snprintf(row->staff_id, sizeof row->staff_id, "%s",
                   who->staff_id != NULL ? who->staff_id : "");
}

int outgoing_book(struct outgoing *o, const struct actor *who, const struct outgoing_booking *b,
                  struct outgoing_row *out, struct err *err)
{
    CLEANUP(guest_done) struct guest g = {0};
    struct outgoing_row row;
    int rc = check_id(b->request_id, err);
    if (rc < 0) {
        return rc;
    }
    if (b->start <= who->now) {
        return err_set(err, ERR_UNPROCESSABLE, "start: this time has passed");
    }
    struct db *db = NULL;
    rc = db_pool_take(o->o.pool, &db, err);
    if (rc >= 0) {
        rc = guest_load(db, who, b, &g, err);
        db_pool_give(o->o.pool, db);
    }
    if (rc < 0) {
        return rc;
    }
    char price[OUTGOING_PRICE_LEN];
    outgoing_price(o, b->event_type, price);
    const struct calcom_order order = {
        .kind = ORDER_BOOK,
        .start = b->start,
        .email = g.email,
        .request_id = b->request_id,
        .client_id = g.client.id,
        .pet_ids = g.pets,
        .event_type = b->event_type,
        .length = b->length,
        .name = g.name,
        .phone = g.client.phone,
        .language = o->o.config->server.language,
        .zone = zone_name(),
        .notes = b->notes,
        .price = price,
    };
    start_row(&row, b->request_id, ORDER_BOOK, who);
    memcpy(row.client_id, g.client.id, sizeof row.client_id);
    row.event_type = b->event_type;
    row.start = b->start;
    struct outgoing_client *c = NULL;
    rc = outgoing_take(o, &c, err);
    if (rc < 0) {
        return rc;
    }
    rc = write_down_and_send(o, c, &row, &order, err);
    outgoing_give(o, c);
    if (rc >= 0) {
        *out = row;
    }
    return rc;
}

/* What makes no sense to ask for is not asked for. */
static int check_change(const struct outgoing_change *c, const struct outgoing_subject *s,
                        int64_t now, struct err *err)
{
    const bool live = strcmp(s->status, "cancelled") != 0;
    if (s->uid[0] == '\0' || strncmp(s->uid, "local:", 6) == 0) {
        return err_set(err, ERR_UNPROCESSABLE, "Cal.com does not know this appointment");
    }
    if (c->kind == ORDER_ABSENT && s->email[0] == '\0') {
        return err_set(err, ERR_UNPROCESSABLE, "the booking names nobody who could be absent");
    }
    if (c->kind == ORDER_ABSENT && c->absent && now < s->start) {
        return err_set(err, ERR_UNPROCESSABLE, "the visit has not begun");
    }
    if (c->kind == ORDER_RESCHEDULE && c->start <= now) {
        return err_set(err, ERR_UNPROCESSABLE, "start: this time has passed");
    }
    if (c->kind == ORDER_RESCHEDULE && !live) {
        return err_set(err, ERR_UNPROCESSABLE, "the appointment is cancelled: book a new one");
    }
    return 0;
}

int outgoing_alter(struct outgoing *o, const struct actor *who, const struct outgoing_change *c,
                   struct outgoing_row *out, struct err *err)
{
    struct outgoing_subject s;
    struct outgoing_row row;
    struct outgoing_row known;
    int rc = check_id(c->request_id, err);
    if (rc < 0) {
        return rc;
    }
    struct db *db = NULL;
    rc = db_pool_take(o->o.pool, &db, err);
    if (rc < 0) {
        return rc;
    }
    rc = outgoing_subject(db, who->salon_id, c->event_id, &s, err);
    int again = rc > 0 ? outgoing_find(db, c->request_id, &known, err) : 0;
    db_pool_give(o->o.pool, db);
    if (rc <= 0 || again < 0) {
        return rc < 0 || again < 0 ? (rc < 0 ? rc : again)
                                   : err_set(err, ERR_NOT_FOUND, "there is no such appointment");
    }
    if (again > 0 && strcmp(known.event_id, s.event_id) == 0 && known.kind == c->kind) {
        *out = known; /* pressed twice: by now the appointment may look otherwise */
        return 0;
    }
    rc = check_change(c, &s, who->now, err);
    struct outgoing_client *client = NULL;
    if (rc >= 0) {
        rc = outgoing_take(o, &client, err);
    }
    if (rc < 0) {
        return rc;
    }
    struct calcom_me me = {0};
    if (c->kind == ORDER_RESCHEDULE && outgoing_me(o, client, &me, err) < 0) {
        me.email[0] = '\0'; /* then it may have to be confirmed, no more */
    }
    const struct calcom_order order = {
        .kind = c->kind,
        .uid = s.uid,
        .start = c->kind == ORDER_RESCHEDULE ? c->start : 0,
        .reason = c->reason,
        .by = me.email[0] != '\0' ? me.email : NULL,
        .email = s.email,
        .absent = c->absent,
    };
    start_row(&row, c->request_id, c->kind, who);
    memcpy(row.event_id, s.event_id, sizeof row.event_id);
    memcpy(row.uid, s.uid, sizeof row.uid);
    row.start = order.start;
    row.absent = c->absent;
    rc = write_down_and_send(o, client, &row, &order, err);
    outgoing_give(o, client);
    if (rc >= 0) {
        *out = row;
    }
    return rc;
}
