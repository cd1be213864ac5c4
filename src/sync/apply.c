/*
 * apply.c: the one door into calendar_events: merge the statement, join chains, show the chain.
 * What is decided is decided by pure functions (booking.c, project.c) and by link.c; this file
 * fetches and writes. Runs on the writer's thread or in a transaction of the CLI.
 */
#include "sync/apply.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/uuid.h"
#include "sync/appointment.h"
#include "sync/link_cards.h"

/* What is shown when Cal.com answered 404. The pages translate it. */
#define REASON_VANISHED "not at Cal.com any more"

/* The chains an observation touches: its booking's, its predecessor's, its successor's. */
struct touched {
    char ids[3][37];
    size_t count;
    bool news;    /* a link that was not known */
    bool unknown; /* a booking it refers to was never seen */
};

const char *apply_action_name(enum apply_action a)
{
    static const char *const names[] = {
        [APPLY_DUPLICATE] = "duplicate", [APPLY_UNCHANGED] = "unchanged",
        [APPLY_WAITING] = "waiting",     [APPLY_CREATED] = "created",
        [APPLY_UPDATED] = "updated",     [APPLY_RESCHEDULED] = "rescheduled",
        [APPLY_CANCELLED] = "cancelled", [APPLY_COMPLETED] = "completed",
        [APPLY_NO_SHOW] = "no_show",
    };
    return names[a];
}

static void touch(struct touched *t, const char *chain_id)
{
    for (size_t i = 0; i < t->count; i++) {
        if (strcmp(t->ids[i], chain_id) == 0) {
            return;
        }
    }
    memcpy(t->ids[t->count++], chain_id, sizeof t->ids[0]);
}

/* The booking of that uid, or a new one. A new one takes the id of an appointment that already
 * shows its uid (a restored or hand-made row), else chain_id, else a fresh id. */
static int booking_open(struct db *db, const char *uid, const char *chain_id, int64_t now,
                        struct booking *out, struct err *err)
{
    int rc = booking_load(db, uid, out, err);
    if (rc != 0) {
        return rc < 0 ? rc : 0;
    }
    rc = appointment_find(db, uid, out->chain_id, err);
    if (rc == 0 && chain_id != NULL) {
        memcpy(out->chain_id, chain_id, sizeof out->chain_id);
    } else if (rc == 0) {
        rc = uuid_v7(now, out->chain_id, err);
    }
    if (rc < 0) {
        return rc;
    }
    out->uid = strdup(uid);
    return out->uid == NULL ? err_set(err, ERR_NOMEM, "out of memory") : 0;
}

/* Joins b with a booking it names; one that was never seen gets a row that waits for its facts. */
static int join(struct db *db, struct booking *b, const char *other, bool is_predecessor,
                int64_t now, struct touched *t, struct err *err)
{
    if (other == NULL) {
        return 0;
    }
    CLEANUP(booking_done) struct booking partner = {0};
    int rc = booking_open(db, other, b->chain_id, now, &partner, err);
    if (rc < 0) {
        return rc;
    }
    int64_t start = 0;
    int64_t end = 0;
    t->unknown = t->unknown || !booking_times(&partner, &start, &end);
    b->erased = b->erased || partner.erased;
    if (!partner.stored) {
        rc = booking_save(db, &partner, now, err);
        if (rc < 0) {
            return rc;
        }
    }
    touch(t, partner.chain_id);
    rc = is_predecessor ? chain_link_add(db, other, b->uid, err)
                        : chain_link_add(db, b->uid, other, err);
    t->news = t->news || rc > 0;
    return rc < 0 ? rc : 0;
}

/* The text of a row, made once and borrowed by the comparison. */
struct wanted {
    struct appointment_next next;
    char start[TIME_TEXT_LEN];
    char end[TIME_TEXT_LEN];
    char minutes[24];
    char price[24];
    char evidence[LINK_EVIDENCE_LEN];
    char pets[LINK_PETS_MAX * 40];
    char salon[37];
    struct link link;
};

static const char *text_or_null(const char *s)
{
    return s == NULL || s[0] == '\0' ? NULL : s;
}

static int compare_ids(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* The first pet stays first; the rest are sorted, as the stored list is. */
static void list_pets(struct wanted *w)
{
    struct link *l = &w->link;
    if (l->pet_count > 2) {
        qsort(l->pet_ids[1], l->pet_count - 1, sizeof l->pet_ids[0], compare_ids);
    }
    size_t used = 0;
    for (size_t i = 0; i < l->pet_count; i++) {
        bool again = false;
        for (size_t k = 0; k < i; k++) {
            again = again || strcmp(l->pet_ids[i], l->pet_ids[k]) == 0;
        }
        if (!again) {
            size_t n = strlen(l->pet_ids[i]);
            w->pets[used] = ',';
            memcpy(w->pets + used + (used > 0), l->pet_ids[i], n + 1);
            used += n + (used > 0);
        }
    }
}

static void keep_link(struct wanted *w, const struct appointment *was)
{
    static const enum column kept[] = {COL_CLIENT, COL_PET, COL_LINK_SOURCE, COL_LINK_REASON};
    for (size_t i = 0; i < ARRAY_LEN(kept); i++) {
        w->next.value[kept[i]] = was->value[kept[i]];
    }
    w->next.pets = was->pets;
}

static bool is_text(const char *a, const char *b)
{
    return a != NULL && strcmp(a, b) == 0;
}

/* Law 6. Staff's word stands. Else, while the evidence is what it was, a link may be completed but
 * not taken away or replaced; and a card that staff edited after the link was made says nothing
 * against it. */
static int want_link(struct db *db, const struct chain *c, size_t head,
                     const struct appointment *was, struct wanted *w, struct err *err)
{
    w->next.value[COL_LINK_EVIDENCE] = was->value[COL_LINK_EVIDENCE];
    if (is_text(was->value[COL_LINK_SOURCE], "staff") || c->bookings[head].erased) {
        keep_link(w, was);
        return 0;
    }
    int rc = link_evidence(c, head, w->evidence, err);
    if (rc < 0) {
        return rc;
    }
    w->next.value[COL_LINK_EVIDENCE] = w->evidence;
    bool known = is_text(was->value[COL_LINK_EVIDENCE], w->evidence);
    if (known && was->value[COL_CLIENT] != NULL && was->value[COL_PET] != NULL) {
        keep_link(w, was);
        return 0;
    }
    rc = link_decide(db, c, head, &w->link, err);
    if (rc < 0) {
        return rc;
    }
    const char *client = text_or_null(w->link.client_id);
    if (was->value[COL_CLIENT] != NULL && !is_text(client, was->value[COL_CLIENT])) {
        rc = known ? 1 : link_card_edited(db, was->value[COL_CLIENT], was->link_at, err);
        if (rc < 0) {
            return rc;
        }
        if (rc > 0) {
            keep_link(w, was);
            return 0;
        }
    }
    w->next.value[COL_CLIENT] = client;
    w->next.value[COL_PET] = w->link.pet_count > 0 ? w->link.pet_ids[0] : NULL;
    w->next.value[COL_LINK_SOURCE] = link_source_name(w->link.source);
    w->next.value[COL_LINK_REASON] = w->link.reason;
    list_pets(w);
    w->next.pets = w->pets;
    w->next.relinked = true;
    return 0;
}

/* The client's salon; for nobody's appointment the one it was booked at. A link that was kept keeps
 * its salon; one decided anew never inherits it from a link that turned out wrong (law 1). */
static int want_salon(struct db *db, const struct projection *p, const struct appointment *was,
                      struct wanted *w, struct err *err)
{
    if (!w->next.relinked && was->value[COL_SALON] != NULL) {
        w->next.value[COL_SALON] = was->value[COL_SALON];
        return 0;
    }
    memcpy(w->salon, w->link.salon_id, sizeof w->salon);
    if (w->salon[0] == '\0') {
        int rc = link_salon(db, p->value[FACT_ORGANIZER], w->salon, err);
        if (rc < 0) {
            return rc;
        }
    }
    w->next.value[COL_SALON] = text_or_null(w->salon);
    return 0;
}

static void want_price(struct wanted *w, const char *price)
{
    const char *gap = price == NULL ? NULL : strchr(price, ' ');
    if (gap == NULL || (size_t)(gap - price) >= sizeof w->price) {
        return;
    }
    memcpy(w->price, price, (size_t)(gap - price));
    w->price[gap - price] = '\0';
    w->next.value[COL_PRICE] = w->price;
    w->next.value[COL_CURRENCY] = gap + 1;
}

static void want_facts(const struct chain *c, const struct projection *p, struct wanted *w)
{
    const char **v = w->next.value;
    time_format(p->start, w->start);
    time_format(p->end, w->end);
    (void)snprintf(w->minutes, sizeof w->minutes, "%lld",
                   (long long)((p->end - p->start) / CLOCK_MINUTE));
    v[COL_UID] = c->bookings[p->head].uid;
    v[COL_START] = w->start;
    v[COL_END] = w->end;
    v[COL_DURATION] = w->minutes;
    v[COL_STATUS] = visit_status_name(p->status);
    v[COL_TITLE] = p->value[FACT_TITLE];
    v[COL_DESCRIPTION] = p->value[FACT_DESCRIPTION];
    v[COL_NAME] = p->value[FACT_NAME];
    v[COL_EMAIL] = p->value[FACT_EMAIL];
    v[COL_PHONE] = p->value[FACT_PHONE];
    v[COL_LOCATION] = p->value[FACT_LOCATION];
    v[COL_MEETING_URL] = p->value[FACT_MEETING_URL];
    v[COL_SERVICE] = p->value[FACT_SERVICE];
    v[COL_REBOOK] = p->rebook ? "1" : "0";
    if (p->status == VISIT_CANCELLED) {
        v[COL_CANCEL_REASON] = p->value[FACT_REASON];
        v[COL_CANCELLED_BY] = p->value[FACT_BY];
        if (p->vanished && v[COL_CANCEL_REASON] == NULL) {
            v[COL_CANCEL_REASON] = REASON_VANISHED;
        }
    }
    want_price(w, p->value[FACT_PRICE]);
    w->next.by_clock = p->by_clock;
}

/* What to call it, for the answer, the log and the report. */
static enum apply_action action_of(const struct appointment *was, const struct projection *p,
                                   const struct wanted *w, bool merged)
{
    bool status_changed = !is_text(was->value[COL_STATUS], w->next.value[COL_STATUS]);
    bool moved = was->exists && (merged || !is_text(was->value[COL_UID], w->next.value[COL_UID]) ||
                                 !is_text(was->value[COL_START], w->next.value[COL_START]));
    if (status_changed && p->status == VISIT_CANCELLED) {
        return APPLY_CANCELLED;
    }
    if (status_changed && p->status == VISIT_NO_SHOW) {
        return APPLY_NO_SHOW;
    }
    if (status_changed && p->status == VISIT_COMPLETED && !moved && (was->exists || !p->by_clock)) {
        return APPLY_COMPLETED;
    }
    if (!was->exists) {
        return APPLY_CREATED;
    }
    return moved ? APPLY_RESCHEDULED : APPLY_UPDATED;
}

/* Recomputes the row of a chain; other ids in t are rows that became the same appointment. */
static int show_chain(struct db *db, const struct apply_context *ctx, const char *chain_id,
                      const struct touched *t, struct apply_result *out, struct err *err)
{
    CLEANUP(chain_done) struct chain c = {0};
    int rc = chain_load(db, chain_id, &c, err);
    struct projection p;
    if (rc < 0) {
        return rc;
    }
    if (!project_chain(&c, ctx->now, ctx->complete_after_ms, &p)) {
        out->action = APPLY_WAITING;
        return 0;
    }
    struct wanted w = {.next.pets = ""};
    bool merged = false;
    for (size_t i = 0; i < t->count && rc >= 0; i++) {
        if (strcmp(t->ids[i], chain_id) != 0) {
            rc = appointment_merge(db, ctx, t->ids[i], chain_id, p.start, &w.next.keep_desk, err);
            merged = merged || rc > 0;
        }
    }
    CLEANUP(appointment_done) struct appointment was = {0};
    if (rc >= 0) {
        rc = appointment_load(db, chain_id, &was, err);
    }
    if (rc >= 0) {
        want_facts(&c, &p, &w);
        rc = want_link(db, &c, p.head, &was, &w, err);
    }
    if (rc >= 0) {
        rc = want_salon(db, &p, &was, &w, err);
    }
    if (rc >= 0) {
        rc = appointment_store(db, ctx, &was, &w.next, out->fields, err);
    }
    if (rc < 0) {
        return rc;
    }
    memcpy(out->event_id, chain_id, sizeof out->event_id);
    if (rc > 0 || merged) {
        out->action = action_of(&was, &p, &w, merged);
        out->by_clock_only = p.by_clock && strcmp(out->fields, "status") == 0;
    }
    return 0;
}

int apply_observation(struct db *db, const struct apply_context *ctx, const struct observation *o,
                      struct apply_result *out, struct err *err)
{
    struct apply_result result = {.action = APPLY_DUPLICATE};
    CLEANUP(booking_done) struct booking b = {0};
    int rc = booking_open(db, o->uid, NULL, ctx->now, &b, err);
    if (rc < 0) {
        return rc;
    }
    struct touched t = {0};
    touch(&t, b.chain_id);
    rc = join(db, &b, o->predecessor_uid, true, ctx->now, &t, err);
    if (rc >= 0) {
        rc = join(db, &b, o->successor_uid, false, ctx->now, &t, err);
    }
    int did = rc < 0 ? rc : booking_merge(&b, o, err);
    if (did < 0) {
        return did;
    }
    if (did != MERGE_NOTHING || !b.stored) {
        rc = booking_save(db, &b, ctx->now, err);
    }
    size_t survivor = 0;
    if (rc >= 0 && t.count > 1) {
        rc = appointment_oldest(db, t.ids, t.count, &survivor, err);
    }
    for (size_t i = 0; i < t.count && rc >= 0; i++) {
        if (i != survivor) {
            rc = chain_move(db, t.ids[i], t.ids[survivor], err);
        }
    }
    if (rc < 0) {
        return rc;
    }
    if (did == MERGE_NEWS || t.news || !b.stored) {
        result.action = APPLY_UNCHANGED;
    }
    result.unknown_predecessor = t.unknown;
    rc = show_chain(db, ctx, t.ids[survivor], &t, &result, err);
    if (rc < 0) {
        return rc;
    }
    *out = result;
    return 0;
}

int apply_reproject(struct db *db, const struct apply_context *ctx, const char *chain_id,
                    struct apply_result *out, struct err *err)
{
    struct apply_result result = {.action = APPLY_DUPLICATE};
    struct touched t = {0};
    touch(&t, chain_id);
    int rc = show_chain(db, ctx, chain_id, &t, &result, err);
    if (rc >= 0) {
        *out = result;
    }
    return rc;
}
