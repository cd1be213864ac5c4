/*
 * booking.c: merging statements and judging the result. Pure: no clock, no database. The rules are
 * those of the sync laws; each comparison here is part of a total order, so a change needs the
 * property tests.
 */
#include "sync/booking.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

void booking_done(struct booking *b)
{
    free(b->uid);
    for (size_t i = 0; i < FACT_COUNT; i++) {
        free(b->value[i]);
    }
    for (size_t i = 0; i < b->absence_count; i++) {
        free(b->absences[i].email);
    }
    free(b->absences);
    memset(b, 0, sizeof *b);
}

int stamp_compare(struct stamp a, struct stamp b)
{
    bool weak_a = a.rank <= 1;
    bool weak_b = b.rank <= 1;
    if (weak_a != weak_b) {
        return weak_a ? -1 : 1;
    }
    if ((a.rank == 0) != (b.rank == 0)) {
        return a.rank == 0 ? -1 : 1;
    }
    if (a.as_of != b.as_of) {
        return a.as_of < b.as_of ? -1 : 1;
    }
    return (a.rank > b.rank) - (a.rank < b.rank);
}

static struct stamp stamp_of(const struct observation *o)
{
    int rank = o->source == OBS_API ? 3 : o->source == OBS_DELIVERY ? 2 : 1;
    return (struct stamp){.as_of = o->as_of, .rank = rank};
}

/* One fact: the later statement wins; of two at one moment the greater text, so that it does not
 * depend on which came first. */
static int merge_fact(struct booking *b, enum fact f, const char *said, struct stamp when,
                      struct err *err)
{
    const char *known = b->value[f];
    int later = stamp_compare(when, b->fact[f]);
    if (known != NULL && strcmp(known, said) == 0) {
        if (later > 0) {
            b->fact[f] = when;
            return MERGE_STAMPS;
        }
        return MERGE_NOTHING;
    }
    if (known != NULL && (later < 0 || (later == 0 && strcmp(said, known) < 0))) {
        return MERGE_NOTHING;
    }
    char *copy = strdup(said);
    if (copy == NULL) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    free(b->value[f]);
    b->value[f] = copy;
    b->fact[f] = when;
    return MERGE_NEWS;
}

static int merge_word(struct booking *b, enum word w, struct stamp when)
{
    bool first = b->word[w].rank == 0;
    if (stamp_compare(when, b->word[w]) <= 0) {
        return MERGE_NOTHING;
    }
    b->word[w] = when;
    return first ? MERGE_NEWS : MERGE_STAMPS;
}

static int merge_status(struct booking *b, const struct observation *o, struct stamp when)
{
    bool api = o->source == OBS_API;
    switch (o->status) {
    case OBS_STATUS_NONE:
        return MERGE_NOTHING;
    case OBS_STATUS_PENDING:
        return merge_word(b, api ? WORD_API_PENDING : WORD_PENDING, when);
    case OBS_STATUS_ACCEPTED:
        return merge_word(b, api ? WORD_API_ACCEPTED : WORD_ACCEPTED, when);
    case OBS_STATUS_VANISHED:
        return merge_word(b, WORD_VANISHED, when);
    case OBS_STATUS_CANCELLED:
    case OBS_STATUS_REJECTED:
        break;
    }
    bool rejected = o->status == OBS_STATUS_REJECTED;
    int later = stamp_compare(when, b->word[WORD_CANCELLED]);
    if (later < 0 || (later == 0 && (rejected == b->rejected || !rejected))) {
        return MERGE_NOTHING;
    }
    bool news = b->word[WORD_CANCELLED].rank == 0 || b->rejected != rejected;
    b->word[WORD_CANCELLED] = when;
    b->rejected = rejected;
    return news ? MERGE_NEWS : MERGE_STAMPS;
}

/* One attendee's mark; of two at one moment "absent" wins. */
static int merge_absence(struct booking *b, const struct obs_absent *said, struct stamp when,
                         struct err *err)
{
    for (size_t i = 0; i < b->absence_count; i++) {
        struct absence *a = &b->absences[i];
        if (strcmp(a->email, said->email) != 0) {
            continue;
        }
        int later = stamp_compare(when, a->stamp);
        if (later < 0 || (later == 0 && (said->absent == a->absent || !said->absent))) {
            return MERGE_NOTHING;
        }
        bool news = a->absent != said->absent;
        a->absent = said->absent;
        a->stamp = when;
        return news ? MERGE_NEWS : MERGE_STAMPS;
    }
    struct absence *grown = realloc(b->absences, (b->absence_count + 1) * sizeof *grown);
    if (grown == NULL) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    b->absences = grown;
    char *email = strdup(said->email);
    if (email == NULL) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    grown[b->absence_count++] =
        (struct absence){.email = email, .absent = said->absent, .stamp = when};
    /* That somebody is present is no news, only a moment to remember. */
    return said->absent ? MERGE_NEWS : MERGE_STAMPS;
}

static int max_int(int a, int b)
{
    return a > b ? a : b;
}

int booking_merge(struct booking *b, const struct observation *o, struct err *err)
{
    struct stamp when = stamp_of(o);
    int did = MERGE_NOTHING;
    enum obs_status before = booking_status(b);
    bool ended_before = booking_has_ended(b);

    for (enum fact f = 0; f < FACT_COUNT; f++) {
        if (o->value[f] == NULL || (b->erased && f != FACT_TIMES)) {
            continue;
        }
        int rc = merge_fact(b, f, o->value[f], when, err);
        if (rc < 0) {
            return rc;
        }
        did = max_int(did, rc);
    }
    for (size_t i = 0; i < o->absent_count && !b->erased; i++) {
        int rc = merge_absence(b, &o->absents[i], when, err);
        if (rc < 0) {
            return rc;
        }
        did = max_int(did, rc);
    }
    did = max_int(did, merge_status(b, o, when));
    if (o->ended) {
        did = max_int(did, merge_word(b, WORD_ENDED, when));
    }
    if (o->made_at != 0 && (b->made_at == 0 || o->made_at < b->made_at)) {
        b->made_at = o->made_at;
        did = max_int(did, MERGE_STAMPS);
    }
    if (o->number > b->number) {
        b->number = o->number;
        did = max_int(did, MERGE_STAMPS);
    }
    if (booking_status(b) != before || booking_has_ended(b) != ended_before) {
        did = MERGE_NEWS;
    }
    return did;
}

static bool said(struct stamp s)
{
    return s.rank != 0;
}

/* Moments only: here it matters when it was true, not who said it. */
static int64_t latest(struct stamp a, struct stamp b)
{
    int64_t when = said(a) ? a.as_of : INT64_MIN;
    return said(b) && b.as_of > when ? b.as_of : when;
}

enum obs_status booking_status(const struct booking *b)
{
    const struct stamp *w = b->word;
    int64_t accepted = latest(w[WORD_ACCEPTED], w[WORD_API_ACCEPTED]);
    int64_t pending = latest(w[WORD_PENDING], w[WORD_API_PENDING]);

    if (said(w[WORD_CANCELLED])) {
        /* Cal.com may still answer "accepted" while it cancels (quirk 7), hence "later", not "as
         * late". */
        bool reopened =
            said(w[WORD_API_ACCEPTED]) && w[WORD_API_ACCEPTED].as_of > w[WORD_CANCELLED].as_of;
        if (!reopened) {
            return b->rejected ? OBS_STATUS_REJECTED : OBS_STATUS_CANCELLED;
        }
    }
    if (said(w[WORD_VANISHED]) && w[WORD_VANISHED].as_of >= accepted &&
        w[WORD_VANISHED].as_of >= pending) {
        return OBS_STATUS_VANISHED;
    }
    if (accepted != INT64_MIN) {
        /* Forward only, but a read that is later than every "accepted" is what Cal.com says (law
         * 2): a BOOKING_CREATED can precede a payment that failed. */
        bool taken_back = said(w[WORD_API_PENDING]) && w[WORD_API_PENDING].as_of > accepted;
        return taken_back ? OBS_STATUS_PENDING : OBS_STATUS_ACCEPTED;
    }
    return pending != INT64_MIN ? OBS_STATUS_PENDING : OBS_STATUS_NONE;
}

bool booking_times(const struct booking *b, int64_t *start, int64_t *end)
{
    const char *times = b->value[FACT_TIMES];
    if (times == NULL || strlen(times) != 2 * (TIME_TEXT_LEN - 1) + 1) {
        return false;
    }
    char first[TIME_TEXT_LEN];
    memcpy(first, times, TIME_TEXT_LEN - 1);
    first[TIME_TEXT_LEN - 1] = '\0';
    int64_t from = 0;
    int64_t to = 0;
    if (!time_parse(first, &from) || !time_parse(times + TIME_TEXT_LEN, &to) || to <= from) {
        return false;
    }
    *start = from;
    *end = to;
    return true;
}

bool booking_has_ended(const struct booking *b)
{
    struct stamp ended = b->word[WORD_ENDED];
    int64_t start = 0;
    int64_t end = 0;
    if (!said(ended) || !booking_times(b, &start, &end)) {
        return said(ended);
    }
    /* Moved to a later day after it "ended" (seated events keep the uid): then it has not. */
    return ended.as_of >= start || ended.as_of >= b->fact[FACT_TIMES].as_of;
}

bool booking_absent(const struct booking *b)
{
    const char *email = b->value[FACT_EMAIL];
    if (email == NULL) {
        return b->absence_count == 1 && b->absences[0].absent;
    }
    for (size_t i = 0; i < b->absence_count; i++) {
        if (strcmp(b->absences[i].email, email) == 0) {
            return b->absences[i].absent;
        }
    }
    return false;
}
