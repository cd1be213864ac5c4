/*
 * demo_plan.c: makes up four weeks of visits and writes them down as the deliveries that Cal.com
 * would have sent. The same choices every time, relative to now. Touches no database.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/demo.h"
#include "cli/sample.h"

#define OPENS        (9 * 60) /* minutes of the local day */
#define CLOSES       (17 * 60 + 30)
#define UID_LEN      23
#define PETS_LEN     (2 * UUID_TEXT_LEN)
#define BODY_MAX     ((size_t)16 * 1024)
#define PLAN_MAX     4096
#define FIRST_NUMBER 700001

static const struct sample_service services[] = {
    {"Obcinanie pazurów", "pazury-30", 30, 4000},
    {"Kąpiel i rozczesanie", "kapiel-45", 45, 9000},
    {"Kąpiel z suszeniem", "kapiel-60", 60, 12000},
    {"Strzyżenie z kąpielą", "strzyzenie-90", 90, 18000},
    {"Pełna pielęgnacja", "pielegnacja-120", 120, 24000},
    {"Pielęgnacja dużej rasy", "duza-rasa-180", 180, 32000},
};

static const struct demo_client strangers[] = {
    {"Julia", "Lewandowska", "+48500100191", "julia.lewandowska@example.pl"},
    {"Oliwier", "Sadowski", "+48500100192", "oliwier.sadowski@example.pl"},
    {"Lena", "Czarnecka", "+48500100193", "lena.czarnecka@example.pl"},
};

static const char *const wishes[] = {
    "Proszę krótko na lato.",
    "Będziemy dziesięć minut później.",
    "Po ostatnim szamponie się drapał.",
    "Proszę zadzwonić, kiedy będzie gotowy.",
    "Kołtuny za uszami, proszę się nie gniewać.",
};
static const char *const excuses[] = {"Pies chory", "Wyjazd", "Nie damy rady tego dnia",
                                      "Zmiana planów w pracy"};

/* What becomes of a visit. */
enum fate {
    FATE_KEPT,
    FATE_ENDED,
    FATE_NO_SHOW,
    FATE_CANCELLED,
    FATE_MOVED,
    FATE_ASKED,
    FATE_TWICE
};

struct planner {
    struct demo_plan *plan;
    const char (*client_ids)[UUID_TEXT_LEN];
    const char (*pet_ids)[UUID_TEXT_LEN];
    int64_t now;
    uint64_t dice;
    size_t visits; /* in all */
    int64_t number;
};

/* xorshift64*: good enough to scatter visits, and the same on every machine. */
static unsigned roll(struct planner *p, unsigned sides)
{
    p->dice ^= p->dice >> 12;
    p->dice ^= p->dice << 25;
    p->dice ^= p->dice >> 27;
    return (unsigned)((p->dice * UINT64_C(2685821657736338717)) >> 40) % sides;
}

static void make_uid(struct planner *p, char out[static UID_LEN])
{
    static const char letters[] = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";
    for (size_t i = 0; i + 1 < UID_LEN; i++) {
        out[i] = letters[roll(p, sizeof letters - 1)];
    }
    out[UID_LEN - 1] = '\0';
}

/* Takes text over, also when it fails. NULL: there was no memory for it. */
static int push(struct planner *p, int64_t at, char *text, struct err *err)
{
    struct demo_plan *plan = p->plan;
    if (text != NULL && plan->count == plan->room) {
        size_t room = plan->room == 0 ? 256 : plan->room * 2;
        struct demo_delivery *items =
            room <= PLAN_MAX ? realloc(plan->items, room * sizeof *items) : NULL;
        if (items != NULL) {
            plan->items = items;
            plan->room = room;
        }
    }
    if (text == NULL || plan->count == plan->room) {
        free(text);
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    plan->items[plan->count] = (struct demo_delivery){.at = at, .order = plan->count, .body = text};
    plan->count++;
    return 0;
}

static int add(struct planner *p, const char *trigger, int64_t at, const struct sample_booking *b,
               struct err *err)
{
    CLEANUP(buf_done) struct buf body;
    buf_init(&body, BODY_MAX);
    sample_write(&body, trigger, at, b);
    return push(p, at, buf_steal(&body), err);
}

/* Deliveries that are about no booking, or about none that can be understood. */
static int add_other(struct planner *p, const char *trigger, int64_t at, const char *payload,
                     struct err *err)
{
    char sent[TIME_TEXT_LEN];
    time_format(at, sent);
    CLEANUP(buf_done) struct buf body;
    buf_init(&body, BODY_MAX);
    buf_printf(&body, "{\"triggerEvent\":\"%s\",\"createdAt\":\"%s\",\"payload\":%s}", trigger,
               sent, payload);
    return push(p, at, buf_steal(&body), err);
}

static const struct sample_service *service_for(int minutes)
{
    size_t i = 0;
    while (i + 1 < ARRAY_LEN(services) && services[i].minutes < minutes) {
        i++;
    }
    return &services[i];
}

/* Some days before the visit, in the daytime, and never later than a while ago. */
static int64_t booked_at(struct planner *p, int64_t start)
{
    int64_t at =
        start - (int64_t)(2 + roll(p, 18)) * CLOCK_DAY + (int64_t)roll(p, 180) * CLOCK_MINUTE;
    int64_t latest = p->now - 26 * CLOCK_HOUR - (int64_t)roll(p, 72) * CLOCK_HOUR;
    return at < latest ? at : latest;
}

/* Between the two, and before now. */
static int64_t later(struct planner *p, int64_t after, int64_t before)
{
    int64_t end = before < p->now ? before : p->now;
    int64_t minutes = (end - after) / CLOCK_MINUTE;
    return minutes > 1 ? after + (int64_t)(1 + roll(p, (unsigned)(minutes - 1))) * CLOCK_MINUTE
                       : after + 1;
}

static int add_fate(struct planner *p, enum fate fate, int64_t at, const struct sample_booking *b,
                    struct err *err)
{
    char first_uid[UID_LEN];
    struct sample_booking first = *b;
    struct sample_booking then = *b;
    int rc = 0;
    switch (fate) {
    case FATE_MOVED:
        /* First booked for another hour; the reschedule makes a new booking. */
        make_uid(p, first_uid);
        first.uid = first_uid;
        first.number = p->number++;
        first.start = b->start - CLOCK_DAY + CLOCK_HOUR;
        first.end = first.start + (b->end - b->start);
        rc = add(p, "BOOKING_CREATED", at, &first, err);
        then.previous_uid = first_uid;
        return rc < 0 ? rc : add(p, "BOOKING_RESCHEDULED", later(p, at, b->start), &then, err);
    case FATE_ASKED:
        return add(p, "BOOKING_REQUESTED", at, b, err);
    case FATE_CANCELLED:
        rc = add(p, "BOOKING_CREATED", at, b, err);
        then.reason = excuses[roll(p, ARRAY_LEN(excuses))];
        return rc < 0 ? rc : add(p, "BOOKING_CANCELLED", later(p, at, b->start), &then, err);
    case FATE_NO_SHOW:
        rc = add(p, "BOOKING_CREATED", at, b, err);
        return rc < 0 ? rc
                      : add(p, "BOOKING_NO_SHOW_UPDATED", b->start + 20 * CLOCK_MINUTE, b, err);
    case FATE_ENDED:
        rc = add(p, "BOOKING_CREATED", at, b, err);
        return rc < 0 ? rc : add(p, "MEETING_ENDED", b->end + 5 * CLOCK_SECOND, b, err);
    case FATE_TWICE:
        /* Two subscriptions at Cal.com: the same change comes twice, a moment apart. */
        rc = add(p, "BOOKING_CREATED", at, b, err);
        return rc < 0 ? rc : add(p, "BOOKING_CREATED", at + 1200, b, err);
    case FATE_KEPT:
    default:
        return add(p, "BOOKING_CREATED", at, b, err);
    }
}

static enum fate choose_fate(struct planner *p, bool past, bool has_email)
{
    unsigned n = roll(p, 100);
    if (past) {
        enum fate late = n < 6 && has_email ? FATE_NO_SHOW : n < 13 ? FATE_CANCELLED : FATE_MOVED;
        return n < 19 ? late : n < 60 ? FATE_ENDED : n < 64 ? FATE_TWICE : FATE_KEPT;
    }
    return n < 5 ? FATE_ASKED : n < 10 ? FATE_CANCELLED : n < 18 ? FATE_MOVED : FATE_KEPT;
}

/* Today shows something of everything, whatever the dice say. */
static enum fate todays_fate(size_t place, enum fate otherwise)
{
    static const enum fate some[] = {FATE_KEPT, FATE_MOVED, FATE_KEPT, FATE_CANCELLED, FATE_ASKED};
    return place < ARRAY_LEN(some) ? some[place] : otherwise;
}

static int visit(struct planner *p, const struct demo_pet *pet, bool stranger, int64_t start,
                 int64_t end, bool today, size_t place, struct err *err)
{
    const struct demo_client *client =
        stranger ? &strangers[roll(p, ARRAY_LEN(strangers))] : &demo_clients[pet->owner];
    char uid[UID_LEN];
    char name[128];
    char pets[PETS_LEN];
    make_uid(p, uid);
    (void)snprintf(name, sizeof name, "%s %s", client->name, client->surname);
    struct sample_booking b = {
        .start = start,
        .end = end,
        .uid = uid,
        .number = p->number++,
        .service = service_for(pet->minutes),
        .name = name,
        .phone = client->phone,
        .email = client->email,
        .notes = roll(p, 5) == 0 ? wishes[roll(p, ARRAY_LEN(wishes))] : NULL,
    };
    /* Who booked by BarkBook's own link is known by id, the others by their telephone or e-mail. */
    size_t row = (size_t)(pet - demo_pets);
    if (!stranger && roll(p, 100) < 85) {
        bool both =
            row + 1 < demo_pet_count && demo_pets[row + 1].owner == pet->owner && roll(p, 4) == 0;
        (void)snprintf(pets, sizeof pets, "%s%s%s", p->pet_ids[row], both ? "," : "",
                       both ? p->pet_ids[row + 1] : "");
        b.client_id = p->client_ids[pet->owner];
        b.pet_ids = pets;
    }
    bool past = end + 30 * CLOCK_MINUTE < p->now;
    enum fate fate = choose_fate(p, past, client->email != NULL);
    int64_t at = booked_at(p, start);
    if (today) {
        fate = todays_fate(place, fate);
        at = place == 2 ? p->now - 25 * CLOCK_MINUTE : at;
    }
    p->visits++;
    return add_fate(p, fate, at, &b, err);
}

/* One groomer's day. */
static int table(struct planner *p, struct local_date date, bool today, int opens, size_t *place,
                 struct err *err)
{
    static const int pauses[] = {0, 0, 0, 15, 30};
    for (int minute = opens; minute < CLOSES - 45;) {
        /* 23 and the number of pets have no common factor: everybody comes round before anybody
         * returns. */
        const struct demo_pet *pet = &demo_pets[(p->visits * 23) % demo_pet_count];
        int length = pet->minutes;
        if (minute + length > CLOSES) {
            p->visits++;
            minute += 15;
            continue;
        }
        int64_t start = 0;
        int rc = zone_instant(date, minute / 60, minute % 60, &start, err);
        if (rc < 0) {
            return rc;
        }
        bool stranger = today ? *place == 5 : roll(p, 30) == 0;
        rc = visit(p, pet, stranger, start, start + length * CLOCK_MINUTE, today, *place, err);
        if (rc < 0) {
            return rc;
        }
        (*place)++;
        minute += length + pauses[roll(p, ARRAY_LEN(pauses))];
    }
    return 0;
}

static int by_time(const void *a, const void *b)
{
    const struct demo_delivery *x = a;
    const struct demo_delivery *y = b;
    if (x->at != y->at) {
        return x->at < y->at ? -1 : 1;
    }
    return x->order < y->order ? -1 : 1;
}

int demo_plan_make(struct demo_plan *plan, const char (*client_ids)[UUID_TEXT_LEN],
                   const char (*pet_ids)[UUID_TEXT_LEN], int64_t now, struct err *err)
{
    struct planner p = {.plan = plan,
                        .client_ids = client_ids,
                        .pet_ids = pet_ids,
                        .now = now,
                        .dice = UINT64_C(0x5eed0d09),
                        .number = FIRST_NUMBER};
    struct local_time local;
    zone_local(now, &local);
    int rc = 0;
    for (int day = -DEMO_DAYS; day <= DEMO_DAYS && rc == 0; day++) {
        struct local_date date = date_add(local.date, day);
        int weekday = date_weekday(date);
        if (weekday == 7 && day != 0) {
            continue; /* closed on Sundays, but the demo always has a day to show */
        }
        size_t place = 0;
        rc = table(&p, date, day == 0, OPENS, &place, err);
        if (rc == 0 && (day == 0 || weekday >= 5)) {
            rc = table(&p, date, day == 0, OPENS + 75, &place, err);
        }
    }
    if (rc == 0) {
        rc = add_other(&p, "PING", now - 3 * CLOCK_DAY, "{\"type\":\"Test\"}", err);
    }
    if (rc == 0) {
        rc = add_other(&p, "BOOKING_REASSIGNED", now - 20 * CLOCK_HOUR, "{\"bookingId\":700001}",
                       err);
    }
    if (rc == 0) {
        rc = add_other(&p, "BOOKING_CREATED", now - 2 * CLOCK_DAY, "{\"title\":\"bez terminu\"}",
                       err);
    }
    if (rc == 0) {
        qsort(plan->items, plan->count, sizeof *plan->items, by_time);
    }
    return rc;
}

void demo_plan_done(struct demo_plan *plan)
{
    for (size_t i = 0; i < plan->count; i++) {
        free(plan->items[i].body);
    }
    free(plan->items);
    *plan = (struct demo_plan){0};
}
