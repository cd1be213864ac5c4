/*
 * appointment.c: comparing a row with what it ought to be, writing the difference and its history.
 * Never decides what an appointment is (project.c) or whose (link.c).
 */
#include "sync/appointment.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/uuid.h"

#define X(name, sql) static const char name[] = sql;
#include "sync/appointment.sql.def"
#undef X

/* The history's name of a column; NULL: it is derived or bookkeeping and has no history of its own.
 */
static const char *const history_name[COL_COUNT] = {
    [COL_UID] = "cal_com_event_id",
    [COL_SALON] = "salon_id",
    [COL_CLIENT] = "client_id",
    [COL_PET] = "pet_id",
    [COL_TITLE] = "title",
    [COL_DESCRIPTION] = "description",
    [COL_START] = "start_time",
    [COL_END] = "end_time",
    [COL_STATUS] = "status",
    [COL_CANCEL_REASON] = "cancel_reason",
    [COL_CANCELLED_BY] = "cancelled_by",
    [COL_REBOOK] = "awaiting_rebook",
    [COL_NAME] = "attendee_name",
    [COL_EMAIL] = "attendee_email",
    [COL_PHONE] = "attendee_phone",
    [COL_LOCATION] = "location",
    [COL_MEETING_URL] = "meeting_url",
    [COL_SERVICE] = "service",
    [COL_PRICE] = "price_minor",
    [COL_CURRENCY] = "currency",
};

void appointment_done(struct appointment *a)
{
    for (size_t i = 0; i < COL_COUNT; i++) {
        free(a->value[i]);
    }
    free(a->pets);
    free(a->desk_status);
    *a = (struct appointment){0};
}

static bool same(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* The first pet first, so that the list alone says which it is. */
static int load_pets(struct db *db, struct appointment *a, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_APPOINTMENT_PETS, &st, err);
    if (rc < 0) {
        return rc;
    }
    CLEANUP(buf_done) struct buf list = {.max = 64 * 1024};
    const char *first = a->value[COL_PET];
    if (first != NULL) {
        buf_str(&list, first);
    }
    db_bind_text(st, ":id", a->id);
    while ((rc = db_step(db, st, err)) > 0) {
        const char *pet = db_text(st, 0);
        if (!same(pet, first)) {
            buf_printf(&list, "%s%s", list.len > 0 ? "," : "", pet);
        }
    }
    if (rc < 0) {
        return rc;
    }
    buf_str(&list, "");
    a->pets = buf_steal(&list);
    return a->pets == NULL ? err_set(err, ERR_NOMEM, "out of memory") : 0;
}

int appointment_load(struct db *db, const char *id, struct appointment *out, struct err *err)
{
    struct appointment a = {0};
    (void)snprintf(a.id, sizeof a.id, "%s", id);
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_APPOINTMENT_GET, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", id);
    rc = db_step(db, st, err);
    if (rc <= 0) {
        *out = a;
        return rc;
    }
    bool ok = true;
    for (int i = 0; i < COL_COUNT; i++) {
        a.value[i] = db_text_dup(st, i, &ok);
    }
    a.desk_status = db_text_dup(st, COL_COUNT, &ok);
    a.link_at = db_time(st, COL_COUNT + 1);
    a.exists = true;
    rc = ok ? load_pets(db, &a, err) : err_set(err, ERR_NOMEM, "out of memory");
    if (rc < 0) {
        appointment_done(&a);
        return rc;
    }
    *out = a;
    return 0;
}

int appointment_find(struct db *db, const char *uid, char out[static 37], struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_APPOINTMENT_BY_UID, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":uid", uid);
    rc = db_step(db, st, err);
    if (rc > 0) {
        (void)snprintf(out, 37, "%s", db_text(st, 0));
    }
    return rc;
}

int appointment_note_change(struct db *db, const struct apply_context *ctx, const char *id,
                            const char *field, const char *before, const char *after,
                            struct err *err)
{
    char change[UUID_TEXT_LEN];
    int rc = uuid_v7(ctx->now, change, err);
    if (rc < 0) {
        return rc;
    }
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    rc = db_stmt(db, SQL_APPOINTMENT_CHANGE, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":change", change);
    db_bind_text(st, ":id", id);
    db_bind_text(st, ":field", field);
    db_bind_text(st, ":old", before);
    db_bind_text(st, ":new", after);
    db_bind_text(st, ":cause", ctx->cause);
    db_bind_text(st, ":cause_id", ctx->cause_id);
    db_bind_time(st, ":now", ctx->now);
    return db_run(db, st, NULL, err);
}

static int store_pets(struct db *db, const char *id, bool clear, const char *pets, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *wipe = NULL;
    int rc = clear ? db_stmt(db, SQL_APPOINTMENT_PETS_CLEAR, &wipe, err) : 0;
    if (rc == 0 && clear) {
        db_bind_text(wipe, ":id", id);
        rc = db_run(db, wipe, NULL, err);
    }
    while (rc >= 0 && *pets != '\0') {
        size_t n = strcspn(pets, ",");
        CLEANUP(db_reset) sqlite3_stmt *st = NULL;
        rc = db_stmt(db, SQL_APPOINTMENT_PET_ADD, &st, err);
        if (rc < 0) {
            return rc;
        }
        db_bind_text(st, ":id", id);
        db_bind_text_n(st, ":pet", pets, n);
        rc = db_run(db, st, NULL, err);
        pets += n + (pets[n] == ',' ? 1 : 0);
    }
    return rc < 0 ? rc : 0;
}

static void bind_columns(sqlite3_stmt *st, const char *const value[COL_COUNT])
{
    static const char *const params[COL_COUNT] = {
        ":c0",  ":c1",  ":c2",  ":c3",  ":c4",  ":c5",  ":c6",  ":c7",
        ":c8",  ":c9",  ":c10", ":c11", ":c12", ":c13", ":c14", ":c15",
        ":c16", ":c17", ":c18", ":c19", ":c20", ":c21", ":c22", ":c23",
    };
    for (size_t i = 0; i < COL_COUNT; i++) {
        db_bind_text(st, params[i], value[i]);
    }
}

static int insert(struct db *db, const struct apply_context *ctx, const char *id,
                  const struct appointment_next *next, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_APPOINTMENT_INSERT, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", id);
    bind_columns(st, next->value);
    db_bind_time(st, ":now", ctx->now);
    rc = db_run(db, st, NULL, err);
    return rc < 0 ? rc : store_pets(db, id, false, next->pets, err);
}

static int note_all(struct db *db, const struct apply_context *ctx, const struct appointment *was,
                    const struct appointment_next *next, char fields[static APPLY_FIELDS_LEN],
                    struct err *err)
{
    size_t used = 0;
    int seen = 0;
    for (size_t i = 0; i < COL_COUNT; i++) {
        if (history_name[i] == NULL || same(was->value[i], next->value[i])) {
            continue;
        }
        struct apply_context how = *ctx;
        if (i == COL_STATUS && next->by_clock) {
            how.cause = "clock";
            how.cause_id = NULL;
        }
        int rc = appointment_note_change(db, &how, was->id, history_name[i], was->value[i],
                                         next->value[i], err);
        if (rc < 0) {
            return rc;
        }
        int n = snprintf(fields + used, APPLY_FIELDS_LEN - used, "%s%s", used > 0 ? "," : "",
                         history_name[i]);
        used =
            n < 0 || (size_t)n >= APPLY_FIELDS_LEN - used ? APPLY_FIELDS_LEN - 1 : used + (size_t)n;
        seen = 1;
    }
    if (!same(was->pets, next->pets) && same(was->value[COL_PET], next->value[COL_PET])) {
        int rc = appointment_note_change(db, ctx, was->id, "pets", was->pets, next->pets, err);
        return rc < 0 ? rc : 1;
    }
    return seen;
}

static bool nothing_differs(const struct appointment *was, const struct appointment_next *next)
{
    for (size_t i = 0; i < COL_COUNT; i++) {
        if (!same(was->value[i], next->value[i])) {
            return false;
        }
    }
    return same(was->pets, next->pets);
}

int appointment_store(struct db *db, const struct apply_context *ctx, const struct appointment *was,
                      const struct appointment_next *next, char fields[static APPLY_FIELDS_LEN],
                      struct err *err)
{
    fields[0] = '\0';
    if (!was->exists) {
        int rc = insert(db, ctx, was->id, next, err);
        return rc < 0 ? rc : 1;
    }
    if (nothing_differs(was, next)) {
        return 0;
    }
    int seen = note_all(db, ctx, was, next, fields, err);
    if (seen < 0) {
        return seen;
    }
    bool moved = !same(was->value[COL_START], next->value[COL_START]);
    bool clear_desk = moved && !next->keep_desk && was->desk_status != NULL;
    if (clear_desk) {
        int rc =
            appointment_note_change(db, ctx, was->id, "desk_status", was->desk_status, NULL, err);
        if (rc < 0) {
            return rc;
        }
    }
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_APPOINTMENT_UPDATE, &st, err);
    if (rc < 0) {
        return rc;
    }
    bool only_status = strcmp(fields, "status") == 0;
    db_bind_text(st, ":id", was->id);
    bind_columns(st, next->value);
    db_bind_int(st, ":relinked", next->relinked);
    db_bind_int(st, ":clear_desk", clear_desk);
    db_bind_int(st, ":seen", seen);
    db_bind_int(st, ":by_clock", next->by_clock && only_status);
    db_bind_time(st, ":now", ctx->now);
    rc = db_run(db, st, NULL, err);
    if (rc >= 0 && !same(was->pets, next->pets)) {
        rc = store_pets(db, was->id, true, next->pets, err);
    }
    return rc < 0 ? rc : seen;
}

int appointment_oldest(struct db *db, char ids[][37], size_t count, size_t *out, struct err *err)
{
    char oldest[25] = "";
    size_t found = SIZE_MAX;
    for (size_t i = 0; i < count; i++) {
        CLEANUP(db_reset) sqlite3_stmt *st = NULL;
        int rc = db_stmt(db, SQL_APPOINTMENT_AGE, &st, err);
        if (rc < 0) {
            return rc;
        }
        db_bind_text(st, ":id", ids[i]);
        rc = db_step(db, st, err);
        if (rc < 0) {
            return rc;
        }
        if (rc == 0) {
            continue;
        }
        const char *age = db_text(st, 0);
        int older = found == SIZE_MAX ? -1 : strcmp(age, oldest);
        if (older < 0 || (older == 0 && strcmp(ids[i], ids[found]) < 0)) {
            (void)snprintf(oldest, sizeof oldest, "%s", age);
            found = i;
        }
    }
    *out = found == SIZE_MAX ? 0 : found;
    return 0;
}
