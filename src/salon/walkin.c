/*
 * walkin.c: see walkin.h. Runs on the writer's thread.
 */
#include "salon/walkin.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "salon/field.h"
#include "salon/pet.h"

#define X(name, sql) static const char name[] = sql;
#include "salon/walkin.sql.def"
#undef X

#define TITLE_MAX     200
#define USUAL_MINUTES 60

struct resolved {
    char pets[WALKIN_PETS_MAX][UUID_TEXT_LEN]; /* merged cards followed */
    char salon[UUID_TEXT_LEN];
    char client[UUID_TEXT_LEN]; /* "": nobody owns the first pet */
    int64_t minutes;
};

static int find_pets(struct db *db, const struct walkin *w, struct resolved *out, struct err *err)
{
    for (size_t i = 0; i < w->pet_count; i++) {
        CLEANUP(pet_done) struct pet p = {0};
        int rc = pet_load(db, &w->who, w->pets[i], &p, err);
        if (rc == 0) {
            return err_set(err, ERR_NOT_FOUND, "there is no such pet");
        }
        if (rc < 0) {
            return rc;
        }
        if (i > 0 && strcmp(p.salon_id, out->salon) != 0) {
            return err_set(err, ERR_UNPROCESSABLE, "pet_ids: pets of two salons");
        }
        memcpy(out->pets[i], p.id, sizeof p.id);
        memcpy(out->salon, p.salon_id, sizeof p.salon_id);
        if (i == 0) {
            out->minutes = w->minutes > 0                   ? w->minutes
                           : p.default_duration_minutes > 0 ? p.default_duration_minutes
                                                            : USUAL_MINUTES;
        }
    }
    return 0;
}

static int find_owner(struct db *db, const struct walkin *w, struct resolved *out, struct err *err)
{
    for (size_t i = 0; i < w->pet_count; i++) {
        CLEANUP(db_reset) sqlite3_stmt *st = NULL;
        int rc = db_stmt(db, SQL_WALKIN_OWNER, &st, err);
        if (rc < 0) {
            return rc;
        }
        db_bind_text(st, ":pet", out->pets[i]);
        db_bind_text(st, ":client", w->client_id);
        rc = db_step(db, st, err);
        if (rc < 0) {
            return rc;
        }
        if (rc > 0) {
            (void)snprintf(out->client, sizeof out->client, "%s", db_text(st, 0));
            return 0;
        }
    }
    if (w->client_id != NULL) {
        return err_set(err, ERR_UNPROCESSABLE, "client_id: none of these pets is this client's");
    }
    out->client[0] = '\0';
    return 0;
}

static int make(struct db *db, const struct walkin *w, const struct resolved *r, const char *title,
                const char *id, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    char uid[UUID_TEXT_LEN + 8];
    int rc = db_stmt(db, SQL_WALKIN_MAKE, &st, err);
    if (rc < 0) {
        return rc;
    }
    int64_t start = w->start > 0 ? w->start : w->who.now - w->who.now % CLOCK_MINUTE;
    (void)snprintf(uid, sizeof uid, "local:%s", id);
    db_bind_text(st, ":id", id);
    db_bind_text(st, ":uid", uid);
    db_bind_text(st, ":salon", r->salon);
    db_bind_text(st, ":client", r->client[0] == '\0' ? NULL : r->client);
    db_bind_text(st, ":pet", r->pets[0]);
    db_bind_text(st, ":title", title[0] == '\0' ? NULL : title);
    db_bind_time(st, ":start", start);
    db_bind_time(st, ":end", start + r->minutes * CLOCK_MINUTE);
    db_bind_int(st, ":minutes", r->minutes);
    db_bind_text(st, ":staff", w->who.staff_id);
    db_bind_time(st, ":now", w->who.now);
    return db_run(db, st, NULL, err);
}

static int add_pet(struct db *db, const char *event_id, const char *pet_id, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_WALKIN_PET, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":event", event_id);
    db_bind_text(st, ":pet", pet_id);
    return db_run(db, st, NULL, err);
}

static int check(const struct walkin *w, char *title, size_t title_len, struct err *err)
{
    if (w->pet_count == 0 || w->pet_count > WALKIN_PETS_MAX) {
        return err_set(err, ERR_INVALID, "pet_ids: one to %d pets", WALKIN_PETS_MAX);
    }
    if (w->minutes != 0 && (w->minutes < WALKIN_MINUTES_MIN || w->minutes > WALKIN_MINUTES_MAX)) {
        return err_set(err, ERR_INVALID, "duration_minutes: %d to %d minutes", WALKIN_MINUTES_MIN,
                       WALKIN_MINUTES_MAX);
    }
    if (w->start != 0 &&
        (w->start > w->who.now + CLOCK_HOUR || w->start < w->who.now - WALKIN_PAST)) {
        return err_set(err, ERR_INVALID,
                       "start: a visit without a booking begins now or began in the last month");
    }
    return field_text("title", w->title, TITLE_MAX, false, false, title, title_len, err);
}

int walkin_job(struct db *db, void *arg, struct err *err)
{
    struct walkin *w = arg;
    struct resolved r = {0};
    char title[4 * TITLE_MAX + 1] = "";
    char id[UUID_TEXT_LEN];
    int rc = check(w, title, sizeof title, err);
    if (rc >= 0) {
        rc = find_pets(db, w, &r, err);
    }
    if (rc >= 0) {
        rc = find_owner(db, w, &r, err);
    }
    if (rc >= 0) {
        rc = uuid_v7(w->who.now, id, err);
    }
    if (rc >= 0) {
        rc = make(db, w, &r, title, id, err);
    }
    for (size_t i = 0; i < w->pet_count && rc >= 0; i++) {
        rc = add_pet(db, id, r.pets[i], err);
    }
    if (rc >= 0) {
        memcpy(w->id, id, sizeof id);
    }
    return rc < 0 ? rc : 0;
}
