/*
 * search_index.c: see search_index.h. The only file that writes the search tables. Runs inside a
 * job of the writer, or a transaction of the CLI.
 */
#include "salon/search_index.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "salon/card.h"
#include "salon/search_text.h"

#define X(name, sql)              static const char name[] = sql;
#define X_SCAN(name, reason, sql) X(name, sql)
#include "salon/search_index.sql.def"
#undef X
#undef X_SCAN

enum stale_kind { STALE_CLIENT, STALE_PET };

/* What a search card ought to be. */
struct wanted_card {
    bool exists;
    bool archived;
    int64_t salon;
    char *sort_key;
    struct buf text;
};

static void wanted_card_done(struct wanted_card *w)
{
    free(w->sort_key);
    buf_done(&w->text);
}
DEFINE_CLEANUP_REF(struct wanted_card, wanted_card_done);

/* The first column of a statement's first row: 1 there is one. */
static int one_number(struct db *db, const char *sql, const char *param, const char *value,
                      int64_t *out, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, sql, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, param, value);
    rc = db_step(db, st, err);
    if (rc > 0) {
        *out = db_int(st, 0);
    }
    return rc;
}

static int salon_number(struct db *db, const char *salon_id, int64_t *out, struct err *err)
{
    int rc = one_number(db, SQL_INDEX_SALON, ":salon", salon_id, out, err);
    if (rc == 0) {
        rc = one_number(db, SQL_INDEX_SALON_ADD, ":salon", salon_id, out, err);
    }
    return rc < 0 ? rc : 0;
}

/* Surname first, as lists are read. */
static int make_sort_key(struct wanted_card *w, const char *surname, const char *name,
                         struct err *err)
{
    CLEANUP(buf_done) struct buf both;
    buf_init(&both, SEARCH_TEXT_MAX);
    buf_printf(&both, "%.400s %.400s", surname == NULL ? "" : surname, name == NULL ? "" : name);
    w->sort_key = both.failed ? NULL : text_fold(both.data);
    return w->sort_key == NULL ? err_set(err, ERR_NOMEM, "out of memory") : 0;
}

static int add_pets(struct db *db, const char *client_id, struct buf *text, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_INDEX_CLIENT_PETS, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", client_id);
    while ((rc = db_step(db, st, err)) > 0) {
        search_text_pet(text, db_int(st, 1) != 0, db_text(st, 0), db_text(st, 2), db_text(st, 3));
    }
    return rc;
}

/* Leaves w->exists false when there is to be no card. */
static int want_card(struct db *db, enum stale_kind kind, const char *id, struct wanted_card *w,
                     struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    bool client = kind == STALE_CLIENT;
    int rc = db_stmt(db, client ? SQL_INDEX_CLIENT : SQL_INDEX_PET, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", id);
    rc = db_step(db, st, err);
    if (rc <= 0) {
        return rc;
    }
    w->exists = true;
    w->archived = db_int(st, 1) != 0;
    if (client) {
        search_text_client(&w->text, w->archived, db_text(st, 2), db_text(st, 3), db_text(st, 4),
                           db_text(st, 5));
        rc = make_sort_key(w, db_text(st, 3), db_text(st, 2), err);
    } else {
        search_text_client(&w->text, false, NULL, NULL, NULL, NULL);
        search_text_pet(&w->text, w->archived, id, db_text(st, 2), db_text(st, 3));
        rc = make_sort_key(w, NULL, db_text(st, 2), err);
    }
    if (rc >= 0) {
        rc = salon_number(db, db_text(st, 0), &w->salon, err);
    }
    if (rc >= 0 && client) {
        rc = add_pets(db, id, &w->text, err);
    }
    if (rc >= 0 && w->text.failed) {
        rc = err_set(err, ERR_NOMEM, "out of memory");
    }
    return rc < 0 ? rc : 0;
}

/* 1 there is a card (*number), and *same says whether it is as it ought to be. */
static int find_card(struct db *db, enum stale_kind kind, const char *id,
                     const struct wanted_card *w, int64_t *number, bool *same, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, kind == STALE_CLIENT ? SQL_INDEX_CARD_OF_CLIENT : SQL_INDEX_CARD_OF_PET,
                     &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", id);
    rc = db_step(db, st, err);
    if (rc <= 0) {
        return rc;
    }
    const char *key = db_text(st, 3);
    const char *text = db_text(st, 4);
    *number = db_int(st, 0);
    *same = w->exists && db_int(st, 1) == w->salon && (db_int(st, 2) != 0) == w->archived &&
            card_same(key, w->sort_key) && card_same(text, w->text.data);
    return 1;
}

struct word_place {
    struct db *db;
    int64_t salon;
    int64_t card;
};

static int add_word(void *arg, const char *word, struct err *err)
{
    const struct word_place *place = arg;
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(place->db, SQL_INDEX_WORD_ADD, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_int(st, ":salon", place->salon);
    db_bind_text(st, ":word", word);
    db_bind_int(st, ":card", place->card);
    return db_run(place->db, st, NULL, err);
}

static int drop(struct db *db, const char *sql, const char *param, int64_t number, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, sql, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_int(st, param, number);
    return db_run(db, st, NULL, err);
}

static void bind_card(sqlite3_stmt *st, const struct wanted_card *w)
{
    db_bind_int(st, ":salon", w->salon);
    db_bind_int(st, ":archived", w->archived);
    db_bind_text(st, ":sort_key", w->sort_key);
    db_bind_text(st, ":text", w->text.data);
}

static int add_card(struct db *db, enum stale_kind kind, const char *id,
                    const struct wanted_card *w, int64_t *number, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_INDEX_CARD_ADD, &st, err);
    if (rc < 0) {
        return rc;
    }
    bind_card(st, w);
    db_bind_text(st, ":client", kind == STALE_CLIENT ? id : NULL);
    db_bind_text(st, ":pet", kind == STALE_PET ? id : NULL);
    rc = db_step(db, st, err);
    if (rc > 0) {
        *number = db_int(st, 0);
    }
    return rc < 0 ? rc : 0;
}

static int set_card(struct db *db, const struct wanted_card *w, int64_t number, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_INDEX_CARD_SET, &st, err);
    if (rc < 0) {
        return rc;
    }
    bind_card(st, w);
    db_bind_int(st, ":number", number);
    rc = db_run(db, st, NULL, err);
    return rc < 0 ? rc : drop(db, SQL_INDEX_WORDS_DROP, ":card", number, err);
}

static int refresh_card(struct db *db, enum stale_kind kind, const char *id, struct err *err)
{
    CLEANUP(wanted_card_done) struct wanted_card w = {.text = {.max = SEARCH_TEXT_MAX}};
    int64_t number = 0;
    bool same = false;
    int rc = want_card(db, kind, id, &w, err);
    if (rc >= 0) {
        rc = find_card(db, kind, id, &w, &number, &same, err);
    }
    if (rc < 0 || same || (rc == 0 && !w.exists)) {
        return rc < 0 ? rc : 0;
    }
    if (!w.exists) {
        return drop(db, SQL_INDEX_CARD_DROP, ":number", number, err);
    }
    rc = rc > 0 ? set_card(db, &w, number, err) : add_card(db, kind, id, &w, &number, err);
    if (rc < 0) {
        return rc;
    }
    struct word_place place = {.db = db, .salon = w.salon, .card = number};
    return search_text_words(w.text.data, add_word, &place, err);
}

struct stale {
    enum stale_kind kind;
    char *id;
};

static void stale_free(struct stale *list)
{
    for (size_t i = 0; list[i].id != NULL; i++) {
        free(list[i].id);
    }
    free(list);
}

/* A list that ends with an empty entry. */
static int load_stale(struct db *db, size_t max, struct stale *list, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_INDEX_STALE, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_int(st, ":max", (int64_t)max);
    bool ok = true;
    for (size_t n = 0; n < max && ok && (rc = db_step(db, st, err)) > 0; n++) {
        const char *kind = db_text(st, 0);
        list[n].kind = kind != NULL && strcmp(kind, "client") == 0 ? STALE_CLIENT : STALE_PET;
        list[n].id = db_text_dup(st, 1, &ok);
    }
    if (rc >= 0 && !ok) {
        rc = err_set(err, ERR_NOMEM, "out of memory");
    }
    return rc < 0 ? rc : 0;
}

static int forget_stale(struct db *db, const struct stale *s, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_INDEX_FRESH, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":kind", s->kind == STALE_CLIENT ? "client" : "pet");
    db_bind_text(st, ":id", s->id);
    return db_run(db, st, NULL, err);
}

int search_refresh(struct db *db, int max, struct err *err)
{
    struct stale *list = max <= 0 ? NULL : calloc((size_t)max + 1, sizeof *list);
    if (list == NULL) {
        return max <= 0 ? 0 : err_set(err, ERR_NOMEM, "out of memory");
    }
    int done = 0;
    int rc = load_stale(db, (size_t)max, list, err);
    while (rc >= 0 && list[done].id != NULL) {
        rc = refresh_card(db, list[done].kind, list[done].id, err);
        if (rc >= 0) {
            rc = forget_stale(db, &list[done++], err);
        }
    }
    stale_free(list);
    return rc < 0 ? rc : done;
}

int search_refresh_job(struct db *db, void *arg, struct err *err)
{
    (void)arg;
    return search_refresh(db, SEARCH_REFRESH_MAX, err);
}

static int note_all(struct db *db, const char *sql, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, sql, &st, err);
    return rc < 0 ? rc : db_run(db, st, NULL, err);
}

int search_rebuild(struct db *db, struct err *err)
{
    int rc = note_all(db, SQL_INDEX_ALL_CLIENTS, err);
    return rc < 0 ? rc : note_all(db, SQL_INDEX_ALL_PETS, err);
}
