/*
 * message_plan.c: see message_plan.h. Pure but for the zone, which is set once before threads
 * start; never reads the clock or the database.
 */
#include "salon/message_plan.h"

#include <stdlib.h>
#include <string.h>

#define SETTLE          (10 * CLOCK_MINUTE) /* a visit is often moved twice in a row */
#define NOTICE_BEFORE   (2 * CLOCK_HOUR)    /* a text of the day before is pointless later */
#define NOTICE_SAME_DAY (15 * CLOCK_MINUTE)

const char *message_kind_name(enum message_kind kind)
{
    static const char *const names[MESSAGE_KINDS] = {
        [MESSAGE_DAY_BEFORE] = "day_before", [MESSAGE_SAME_DAY] = "same_day",
        [MESSAGE_MANUAL] = "manual",         [MESSAGE_BULK] = "bulk",
        [MESSAGE_REPLY] = "reply",
    };
    return names[kind];
}

const char *message_reason_name(enum message_reason r)
{
    static const char *const names[MESSAGE_REASONS] = {
        [MESSAGE_DUE] = "due",
        [MESSAGE_OFF] = "off",
        [MESSAGE_CANCELLED] = "cancelled",
        [MESSAGE_PENDING] = "pending",
        [MESSAGE_PAST] = "past",
        [MESSAGE_NO_CLIENT] = "no_client",
        [MESSAGE_NO_PHONE] = "no_phone",
        [MESSAGE_LANDLINE] = "landline",
        [MESSAGE_NO_CONSENT] = "no_consent",
        [MESSAGE_OPTED_OUT] = "opted_out",
        [MESSAGE_PET_DEAD] = "pet_dead",
        [MESSAGE_JUST_BOOKED] = "just_booked",
        [MESSAGE_TOO_LATE] = "too_late",
        [MESSAGE_MOVED] = "moved",
        [MESSAGE_STAFF] = "staff",
    };
    return names[r];
}

bool message_is_landline(const char *phone)
{
    /* Area codes of the Polish numbering plan, two digits each; mobile numbers begin otherwise. */
    static const char areas[] = "12 13 14 15 16 17 18 22 23 24 25 29 32 33 34 41 42 43 44 46 48 52 "
                                "54 55 56 58 59 61 62 63 65 67 68 71 74 75 76 77 81 82 83 84 85 86 "
                                "87 89 91 94 95";
    if (strncmp(phone, "+48", 3) != 0 || strlen(phone) != 12) {
        return false;
    }
    for (size_t i = 0; i + 1 < sizeof areas; i += 3) {
        if (memcmp(areas + i, phone + 3, 2) == 0) {
            return true;
        }
    }
    return false;
}

static int minute_of(const struct local_time *t)
{
    return 60 * t->hour + t->minute;
}

/* A wall-clock minute of a day; an hour later where the clock skips it. */
static int64_t instant(struct local_date day, int minute)
{
    int64_t at = 0;
    if (zone_instant(day, minute / 60, minute % 60, &at, NULL) < 0) {
        minute = minute + 60 < 24 * 60 ? minute + 60 : minute - 60;
        if (zone_instant(day, minute / 60, minute % 60, &at, NULL) < 0) {
            int64_t end = 0;
            zone_day(day, &at, &end);
        }
    }
    return at;
}

int64_t message_allowed(const struct message_rules *r, int64_t at)
{
    struct local_time t;
    zone_local(at, &t);
    const int minute = minute_of(&t);
    if (minute >= r->from && minute < r->to) {
        return at;
    }
    return instant(minute < r->from ? t.date : date_add(t.date, 1), r->from);
}

enum message_reason message_addressee(const struct message_visit *v)
{
    if (!v->linked) {
        return MESSAGE_NO_CLIENT;
    }
    if (v->phone == NULL || v->phone[0] == '\0') {
        return MESSAGE_NO_PHONE;
    }
    if (message_is_landline(v->phone)) {
        return MESSAGE_LANDLINE;
    }
    if (!v->consent) {
        return MESSAGE_NO_CONSENT;
    }
    return v->opted_out ? MESSAGE_OPTED_OUT : MESSAGE_DUE;
}

static int clamp(const struct message_rules *r, int minute)
{
    const int last = r->to - MESSAGE_MARGIN > r->from ? r->to - MESSAGE_MARGIN : r->from;
    return minute < r->from ? r->from : minute > last ? last : minute;
}

/* When it would go out if it had been agreed long before. False: there is no such hour. */
static bool natural(const struct message_visit *v, const struct message_rules *r,
                    enum message_kind kind, int64_t *out)
{
    struct local_time start;
    zone_local(v->start, &start);
    if (kind == MESSAGE_DAY_BEFORE) {
        const int wish = r->day_before_at >= 0 ? r->day_before_at : minute_of(&start);
        *out = instant(date_add(start.date, -1), clamp(r, wish));
        return true;
    }
    struct local_time wish;
    zone_local(v->start - (int64_t)r->same_day_before * CLOCK_MINUTE, &wish);
    const bool same_day = wish.date.day == start.date.day && wish.date.month == start.date.month;
    *out = instant(start.date, same_day ? clamp(r, minute_of(&wish)) : r->from);
    return *out < v->start;
}

/* Reasons that have nothing to do with hours. */
static enum message_reason refuse(const struct message_visit *v, const struct message_rules *r,
                                  enum message_kind kind, int64_t now)
{
    if (!r->able || !r->on[kind]) {
        return MESSAGE_OFF;
    }
    if (strcmp(v->status, "pending") == 0) {
        return MESSAGE_PENDING;
    }
    if (strcmp(v->status, "completed") == 0) {
        return MESSAGE_PAST;
    }
    if (strcmp(v->status, "scheduled") != 0) {
        return MESSAGE_CANCELLED;
    }
    if (v->start <= now) {
        return MESSAGE_PAST;
    }
    enum message_reason who = message_addressee(v);
    return who == MESSAGE_DUE && v->pet_dead ? MESSAGE_PET_DEAD : who;
}

void message_plan(const struct message_visit *v, const struct message_rules *r,
                  enum message_kind kind, int64_t now, struct message_plan *out)
{
    *out = (struct message_plan){.reason = refuse(v, r, kind, now)};
    if (out->reason != MESSAGE_DUE) {
        return;
    }
    int64_t due = 0;
    if (!natural(v, r, kind, &due)) {
        out->reason = MESSAGE_TOO_LATE;
        return;
    }
    if (v->agreed_at > due) {
        if (!v->told_other) {
            out->reason = MESSAGE_JUST_BOOKED;
            return;
        }
        due = v->agreed_at + SETTLE;
    }
    out->due_at = message_allowed(r, due);
    out->latest_at = v->start - (kind == MESSAGE_DAY_BEFORE ? NOTICE_BEFORE : NOTICE_SAME_DAY);
    if (message_allowed(r, out->due_at > now ? out->due_at : now) > out->latest_at) {
        *out = (struct message_plan){.reason = MESSAGE_TOO_LATE};
    }
}
