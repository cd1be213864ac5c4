/*
 * booking_store.c: rows of bookings and booking_links. Statements are copied into structs before
 * the next one runs. Never decides anything.
 *
 * stamps: one token per fact, then one per word, separated by spaces: "-" never said, "=" the same
 * as the last number, else as_of (ms) followed by one digit of rank. Most facts of a booking share
 * one moment, so this stays short.
 */
#include "sync/booking_store.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"

#define X(name, sql) static const char name[] = sql;
#include "sync/booking_store.sql.def"
#undef X

#define STAMPS_MAX  1024
#define ABSENTS_MAX (64 * 1024)

/* Where each fact stands in the SELECTs, and its parameter. FACT_TIMES has two columns of its own.
 */
static const struct {
    int column;
    const char *param;
} fact_column[FACT_COUNT] = {
    [FACT_TITLE] = {6, ":title"},
    [FACT_DESCRIPTION] = {7, ":description"},
    [FACT_NAME] = {8, ":name"},
    [FACT_EMAIL] = {9, ":email"},
    [FACT_PHONE] = {10, ":phone"},
    [FACT_LOCATION] = {11, ":location"},
    [FACT_MEETING_URL] = {12, ":meeting_url"},
    [FACT_SERVICE] = {13, ":service"},
    [FACT_PRICE] = {14, ":price"},
    [FACT_CLIENT_REF] = {15, ":client_ref"},
    [FACT_PET_REFS] = {16, ":pet_refs"},
    [FACT_ORGANIZER] = {17, ":organizer"},
    [FACT_REASON] = {19, ":reason"},
    [FACT_BY] = {20, ":by"},
    [FACT_REBOOK] = {21, ":rebook"},
};

static void stamps_write(const struct booking *b, struct buf *out)
{
    struct stamp last = {0};
    for (size_t i = 0; i < FACT_COUNT + WORD_COUNT; i++) {
        struct stamp s = i < FACT_COUNT ? b->fact[i] : b->word[i - FACT_COUNT];
        const char *gap = i == 0 ? "" : " ";
        if (s.rank == 0) {
            buf_printf(out, "%s-", gap);
        } else if (s.rank == last.rank && s.as_of == last.as_of) {
            buf_printf(out, "%s=", gap);
        } else {
            buf_printf(out, "%s%" PRId64 "%d", gap, s.as_of, s.rank);
            last = s;
        }
    }
}

/* Unknown tokens and a short list leave the rest "never said": a newer program may have written
 * more. */
static void stamps_read(const char *text, struct booking *b)
{
    struct stamp last = {0};
    for (size_t i = 0; i < FACT_COUNT + WORD_COUNT && text != NULL && *text != '\0'; i++) {
        struct stamp s = {0};
        if (*text == '=') {
            s = last;
        } else if (*text != '-' || (text[1] >= '0' && text[1] <= '9')) {
            char *end = NULL;
            int64_t number = strtoll(text, &end, 10);
            int rank = (int)(number % 10);
            s = (struct stamp){.as_of = number / 10, .rank = rank < 0 ? -rank : rank};
            last = s;
        }
        if (i < FACT_COUNT) {
            b->fact[i] = s;
        } else {
            b->word[i - FACT_COUNT] = s;
        }
        text = strchr(text, ' ');
        text = text == NULL ? NULL : text + 1;
    }
}

static void absences_write(const struct booking *b, struct buf *out)
{
    struct jw w;
    jw_init(&w, out);
    jw_array(&w, NULL);
    for (size_t i = 0; i < b->absence_count; i++) {
        const struct absence *a = &b->absences[i];
        jw_array(&w, NULL);
        jw_text(&w, NULL, a->email);
        jw_int(&w, NULL, a->absent ? 1 : 0);
        jw_int(&w, NULL, a->stamp.as_of);
        jw_int(&w, NULL, a->stamp.rank);
        jw_end_array(&w);
    }
    jw_end_array(&w);
}

static int absences_read(const char *text, struct booking *b, struct err *err)
{
    CLEANUP(json_free) cJSON *list = NULL;
    int rc = json_parse(text, strlen(text), &list, err);
    if (rc < 0) {
        return err_code_of(rc) == ERR_NOMEM
                   ? rc
                   : err_set(err, ERR_DB, "bookings.absents is not readable; restore a backup");
    }
    int n = cJSON_GetArraySize(list);
    if (n <= 0) {
        return 0;
    }
    b->absences = calloc((size_t)n, sizeof *b->absences);
    if (b->absences == NULL) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    const cJSON *row = NULL;
    cJSON_ArrayForEach(row, list)
    {
        const cJSON *email = cJSON_GetArrayItem(row, 0);
        const cJSON *absent = cJSON_GetArrayItem(row, 1);
        const cJSON *as_of = cJSON_GetArrayItem(row, 2);
        const cJSON *rank = cJSON_GetArrayItem(row, 3);
        if (!cJSON_IsString(email) || !cJSON_IsNumber(absent) || !cJSON_IsNumber(as_of) ||
            !cJSON_IsNumber(rank)) {
            return err_set(err, ERR_DB, "bookings.absents is not readable; restore a backup");
        }
        struct absence *a = &b->absences[b->absence_count];
        a->email = strdup(email->valuestring);
        if (a->email == NULL) {
            return err_set(err, ERR_NOMEM, "out of memory");
        }
        a->absent = absent->valueint != 0;
        a->stamp = (struct stamp){.as_of = (int64_t)as_of->valuedouble, .rank = rank->valueint};
        b->absence_count++;
    }
    return 0;
}

static int booking_read(sqlite3_stmt *st, struct booking *b, struct err *err)
{
    bool ok = true;
    b->uid = db_text_dup(st, 0, &ok);
    const char *chain = db_text(st, 1);
    (void)snprintf(b->chain_id, sizeof b->chain_id, "%s", chain == NULL ? "" : chain);
    b->number = db_int(st, 2);
    b->made_at = db_time(st, 3);
    const char *start = db_text(st, 4);
    const char *end = db_text(st, 5);
    if (start != NULL && end != NULL) {
        ok = asprintf(&b->value[FACT_TIMES], "%s/%s", start, end) >= 0 && ok;
    }
    for (size_t f = 0; f < FACT_COUNT; f++) {
        if (fact_column[f].param != NULL) {
            b->value[f] = db_text_dup(st, fact_column[f].column, &ok);
        }
    }
    const char *kind = db_text(st, 18);
    b->rejected = kind != NULL && strcmp(kind, "rejected") == 0;
    stamps_read(db_text(st, 23), b);
    b->erased = db_int(st, 24) != 0;
    b->stored = true;
    if (!ok || b->uid == NULL) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    const char *absents = db_text(st, 22);
    return absents == NULL ? 0 : absences_read(absents, b, err);
}

int booking_load(struct db *db, const char *uid, struct booking *out, struct err *err)
{
    *out = (struct booking){0};
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_BOOKING_GET, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":uid", uid);
    rc = db_step(db, st, err);
    if (rc <= 0) {
        return rc;
    }
    rc = booking_read(st, out, err);
    if (rc < 0) {
        booking_done(out);
        return rc;
    }
    return 1;
}

int booking_save(struct db *db, const struct booking *b, int64_t now, struct err *err)
{
    CLEANUP(buf_done) struct buf stamps = {.max = STAMPS_MAX};
    CLEANUP(buf_done) struct buf absents = {.max = ABSENTS_MAX};
    stamps_write(b, &stamps);
    if (b->absence_count > 0) {
        absences_write(b, &absents);
    }
    if (absents.full) {
        return err_set(err, ERR_UNPROCESSABLE, "marks of absence of more people than are kept: %zu",
                       b->absence_count);
    }
    if (stamps.failed || absents.failed) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, b->stored ? SQL_BOOKING_UPDATE : SQL_BOOKING_INSERT, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":uid", b->uid);
    db_bind_text(st, ":chain", b->chain_id);
    if (b->number != 0) {
        db_bind_int(st, ":number", b->number);
    }
    db_bind_time(st, ":made_at", b->made_at);
    const char *times = b->value[FACT_TIMES];
    if (times != NULL) {
        db_bind_text_n(st, ":starts_at", times, TIME_TEXT_LEN - 1);
        db_bind_text(st, ":ends_at", times + TIME_TEXT_LEN);
    }
    for (size_t f = 0; f < FACT_COUNT; f++) {
        if (fact_column[f].param != NULL) {
            db_bind_text(st, fact_column[f].param, b->value[f]);
        }
    }
    bool cancelled = b->word[WORD_CANCELLED].rank != 0;
    db_bind_text(st, ":cancel_kind", !cancelled ? NULL : b->rejected ? "rejected" : "cancelled");
    db_bind_text(st, ":absents", absents.data);
    db_bind_text(st, ":stamps", stamps.data);
    db_bind_int(st, ":erased", b->erased ? 1 : 0);
    db_bind_time(st, ":now", now);
    return db_run(db, st, NULL, err);
}

void chain_done(struct chain *c)
{
    for (size_t i = 0; i < c->count; i++) {
        booking_done(&c->bookings[i]);
    }
    free(c->bookings);
    free(c->links);
    *c = (struct chain){0};
}

static int chain_index(const struct chain *c, const char *uid, size_t *out)
{
    for (size_t i = 0; i < c->count; i++) {
        if (strcmp(c->bookings[i].uid, uid) == 0) {
            *out = i;
            return 1;
        }
    }
    return 0;
}

static int chain_load_bookings(struct db *db, const char *chain_id, struct chain *c,
                               struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_BOOKING_OF_CHAIN, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":chain", chain_id);
    while ((rc = db_step(db, st, err)) > 0) {
        struct booking *grown = realloc(c->bookings, (c->count + 1) * sizeof *grown);
        if (grown == NULL) {
            return err_set(err, ERR_NOMEM, "out of memory");
        }
        c->bookings = grown;
        c->bookings[c->count] = (struct booking){0};
        rc = booking_read(st, &c->bookings[c->count++], err);
        if (rc < 0) {
            return rc;
        }
    }
    return rc;
}

static int chain_load_links_of(struct db *db, struct chain *c, size_t predecessor, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_BOOKING_LINKS_FROM, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":uid", c->bookings[predecessor].uid);
    while ((rc = db_step(db, st, err)) > 0) {
        size_t successor = 0;
        if (!chain_index(c, db_text(st, 0), &successor)) {
            continue;
        }
        struct chain_link *grown = realloc(c->links, (c->link_count + 1) * sizeof *grown);
        if (grown == NULL) {
            return err_set(err, ERR_NOMEM, "out of memory");
        }
        c->links = grown;
        c->links[c->link_count++] =
            (struct chain_link){.predecessor = predecessor, .successor = successor};
    }
    return rc;
}

/* Links are between bookings of one chain by construction: apply gives both ends the same chain. */
static int chain_load_links(struct db *db, struct chain *c, struct err *err)
{
    int rc = 0;
    for (size_t i = 0; i < c->count && c->count > 1 && rc >= 0; i++) {
        rc = chain_load_links_of(db, c, i, err);
    }
    return rc;
}

int chain_load(struct db *db, const char *chain_id, struct chain *out, struct err *err)
{
    struct chain c = {0};
    (void)snprintf(c.id, sizeof c.id, "%s", chain_id);
    int rc = chain_load_bookings(db, chain_id, &c, err);
    if (rc >= 0) {
        rc = chain_load_links(db, &c, err);
    }
    if (rc < 0) {
        chain_done(&c);
        return rc;
    }
    *out = c;
    return 0;
}

int chain_link_add(struct db *db, const char *predecessor, const char *successor, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_BOOKING_LINK_ADD, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":predecessor", predecessor);
    db_bind_text(st, ":successor", successor);
    int64_t changed = 0;
    rc = db_run(db, st, &changed, err);
    return rc < 0 ? rc : changed > 0;
}

int chain_move(struct db *db, const char *from, const char *to, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_BOOKING_MOVE_CHAIN, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":from", from);
    db_bind_text(st, ":to", to);
    return db_run(db, st, NULL, err);
}
