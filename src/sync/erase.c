/*
 * erase.c: see erase.h. A list of statements that share a work table; each takes what it needs of
 * :client and :now.
 */
#include "sync/erase.h"

#include <stdio.h>
#include <string.h>

#include "base/data_dir.h"
#include "base/erasure_file.h"
#include "salon/client.h"

#define X(name, sql)              static const char name[] = sql;
#define X_SCAN(name, reason, sql) X(name, sql)
#include "sync/erase.sql.def"
#undef X_SCAN
#undef X

static const char *const steps_collect[] = {
    SQL_ERASE_DONE, /* nothing is there, unless a program of another version left it */
    SQL_ERASE_CARD,
    SQL_ERASE_DOUBLES,
    SQL_ERASE_PETS,
    SQL_ERASE_PET_DOUBLES,
    SQL_ERASE_EMAILS,
    SQL_ERASE_PHONES,
    SQL_ERASE_EVENTS,
    SQL_ERASE_UNLINKED_EVENTS,
    SQL_ERASE_BOOKINGS,
    SQL_ERASE_WAITING_BOOKINGS,
    NULL,
};

static const char *const steps_erase[] = {
    SQL_ERASE_ADD_CLIENT,
    SQL_ERASE_ADD_PETS,
    SQL_ERASE_EVENT_TEXTS,
    SQL_ERASE_EVENT_PET,
    SQL_ERASE_EVENT_PETS,
    SQL_ERASE_EVENT_PETS_TWICE,
    SQL_ERASE_DRAFTS,
    SQL_ERASE_PHOTOS,
    SQL_ERASE_VISITS,
    SQL_ERASE_CHANGES,
    SQL_ERASE_BOOKING_TEXTS,
    SQL_ERASE_PAYLOADS,
    SQL_ERASE_MESSAGES,
    SQL_ERASE_OPT_OUTS,
    SQL_ERASE_WRITES,
    SQL_ERASE_MERGE_MOVES,
    SQL_ERASE_MERGES,
    SQL_ERASE_AUDIT,
    SQL_ERASE_PET_CARDS,
    SQL_ERASE_CLIENT_CARDS,
    SQL_ERASE_STALE,
    SQL_ERASE_DONE,
    NULL,
};

static int step(struct db *db, const struct erase_client *e, const char *sql, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, sql, &st, err);
    if (rc < 0) {
        return rc;
    }
    if (sqlite3_bind_parameter_index(st, ":client") > 0) {
        db_bind_text(st, ":client", e->id);
    }
    if (sqlite3_bind_parameter_index(st, ":now") > 0) {
        db_bind_time(st, ":now", e->who->now);
    }
    return db_run(db, st, NULL, err);
}

static int run(struct db *db, const struct erase_client *e, const char *const *steps,
               struct err *err)
{
    int rc = 0;
    for (size_t i = 0; steps[i] != NULL && rc >= 0; i++) {
        rc = step(db, e, steps[i], err);
    }
    return rc;
}

static int count(struct db *db, struct erase_client *e, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_ERASE_COUNT, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_time(st, ":now", e->who->now);
    rc = db_step(db, st, err);
    if (rc > 0) {
        e->counts = (struct erase_counts){
            .cards = db_int(st, 0),
            .pets = db_int(st, 1),
            .shared_pets = db_int(st, 2),
            .appointments = db_int(st, 3),
            .upcoming = db_int(st, 4),
            .visits = db_int(st, 5),
            .photos = db_int(st, 6),
            .deliveries = db_int(st, 7),
        };
    }
    return rc < 0 ? rc : 0;
}

static int write_receipt(struct db *db, const struct erase_client *e, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_ERASE_RECEIPT, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", e->receipt);
    db_bind_text(st, ":client", e->id);
    db_bind_text(st, ":staff", e->who->staff_id);
    db_bind_time(st, ":now", e->who->now);
    db_bind_int(st, ":cards", e->counts.cards);
    db_bind_int(st, ":pets", e->counts.pets);
    db_bind_int(st, ":appointments", e->counts.appointments);
    db_bind_int(st, ":visits", e->counts.visits);
    db_bind_int(st, ":photos", e->counts.photos);
    db_bind_int(st, ":deliveries", e->counts.deliveries);
    return db_run(db, st, NULL, err);
}

static int find(struct db *db, struct erase_client *e, struct err *err)
{
    CLEANUP(client_done) struct client c = {0};
    int rc = client_load(db, e->who, e->client_id, &c, err);
    if (rc == 0 || (rc > 0 && c.name != NULL && c.name[0] == '\0')) {
        return err_set(err, ERR_NOT_FOUND, "there is no such client");
    }
    if (rc > 0) {
        memcpy(e->id, c.id, sizeof e->id);
    }
    return rc < 0 ? rc : 0;
}

static int erase(struct db *db, struct erase_client *e, struct err *err)
{
    int rc = uuid_v7(e->who->now, e->receipt, err);
    if (rc >= 0) {
        rc = run(db, e, steps_erase, err);
    }
    if (rc >= 0) {
        rc = write_receipt(db, e, err);
    }
    /* Told before the commit: a client too many in that file does no harm, one too few would. */
    if (rc >= 0 && e->data_dir != NULL) {
        rc = erasure_file_append(e->data_dir, e->id, e->who->now, err);
    }
    return rc;
}

int erase_client_job(struct db *db, void *arg, struct err *err)
{
    static const char *const nothing_left[] = {SQL_ERASE_DONE, NULL};
    struct erase_client *e = arg;
    e->receipt[0] = '\0';
    int rc = find(db, e, err);
    if (rc >= 0) {
        rc = run(db, e, steps_collect, err);
    }
    if (rc >= 0) {
        rc = count(db, e, err);
    }
    if (rc < 0) {
        return rc;
    }
    rc = e->preview ? run(db, e, nothing_left, err) : erase(db, e, err);
    return rc < 0 ? rc : 0;
}

int erase_sweep(const char *data_dir, struct err *err)
{
    char path[DATA_DIR_PATH_LEN];
    CLEANUP(db_close) struct db *db = NULL;
    int rc = data_dir_path(data_dir, DATA_DIR_DATABASE, path, err);
    if (rc >= 0) {
        rc = db_open(path, DB_WRITE, false, &db, err);
    }
    return rc < 0 ? rc : db_exec(db, "PRAGMA wal_checkpoint(TRUNCATE)", err);
}
