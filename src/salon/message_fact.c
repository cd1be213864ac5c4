/*
 * message_fact.c: see message_fact.h. No state.
 */
#include "salon/message_fact.h"

#include <string.h>

#include "base/gsm.h"
#include "base/text.h"

#define X(name, sql) static const char name[] = sql;
#include "salon/message_fact.sql.def"
#undef X

static void read_row(sqlite3_stmt *st, int col, struct message_fact_row *row)
{
    *row = (struct message_fact_row){
        .id = db_text(st, col),
        .state = db_text(st, col + 1),
        .reason = db_text(st, col + 2),
        .due_at = db_time(st, col + 3),
        .latest_at = db_time(st, col + 4),
        .attempted_at = db_time(st, col + 5),
    };
}

static void read_fact(sqlite3_stmt *st, struct message_fact *f)
{
    *f = (struct message_fact){
        .event_id = db_text(st, 0),
        .salon_id = db_text(st, 1),
        .salon = db_text(st, 2),
        .service = db_text(st, 3),
        .client_id = db_text(st, 6),
        .client_name = db_text(st, 7),
        .client_surname = db_text(st, 8),
        .pets = db_text(st, 12),
        .visit =
            {
                .start = db_time(st, 4),
                .status = db_text(st, 5),
                .linked = !db_is_null(st, 6),
                .phone = db_text(st, 9),
                .consent = db_int(st, 10) != 0,
                .opted_out = db_int(st, 11) != 0,
                .pet_dead = db_int(st, 13) != 0,
                .agreed_at = db_time(st, 14),
                .told_other = db_int(st, 15) != 0,
            },
    };
    read_row(st, 16, &f->rows[MESSAGE_DAY_BEFORE]);
    read_row(st, 22, &f->rows[MESSAGE_SAME_DAY]);
}

static int walk(struct db *db, sqlite3_stmt *st, message_fact_fn *each, void *arg, struct err *err)
{
    int rc = 0;
    int told = 0;
    while ((rc = db_step(db, st, err)) > 0) {
        struct message_fact f;
        read_fact(st, &f);
        rc = each(&f, arg, err);
        if (rc < 0) {
            return rc;
        }
        told = 1;
    }
    return rc < 0 ? rc : told;
}

int message_facts(struct db *db, const char *salon_id, int64_t from, int64_t to,
                  message_fact_fn *each, void *arg, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_MESSAGE_FACTS, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":salon", salon_id);
    db_bind_time(st, ":from", from);
    db_bind_time(st, ":to", to);
    rc = walk(db, st, each, arg, err);
    return rc < 0 ? rc : 0;
}

int message_fact_get(struct db *db, const char *salon_id, const char *event_id,
                     message_fact_fn *each, void *arg, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_MESSAGE_FACT_ONE, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":salon", salon_id);
    db_bind_text(st, ":id", event_id);
    return walk(db, st, each, arg, err);
}

int message_fact_client(struct db *db, const char *salon_id, const char *client_id,
                        message_fact_fn *each, void *arg, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_MESSAGE_FACT_CLIENT, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":salon", salon_id);
    db_bind_text(st, ":id", client_id);
    rc = db_step(db, st, err);
    if (rc <= 0) {
        return rc;
    }
    const struct message_fact f = {
        .client_id = db_text(st, 0),
        .salon_id = db_text(st, 1),
        .salon = db_text(st, 2),
        .client_name = db_text(st, 3),
        .client_surname = db_text(st, 4),
        .visit = {.status = "scheduled",
                  .linked = true,
                  .phone = db_text(st, 5),
                  .consent = db_int(st, 6) != 0,
                  .opted_out = db_int(st, 7) != 0},
    };
    rc = each(&f, arg, err);
    return rc < 0 ? rc : 1;
}

/* "Burek", "Burek i Figa", "Burek, Figa i Łapka". */
static void join_pets(const char *pets, const char *language, struct buf *out)
{
    const char *and = strcmp(language, "en") == 0 ? " and " : " i ";
    for (const char *s = pets; s != NULL;) {
        size_t n = strcspn(s, "\x1f");
        buf_add(out, s, n);
        s = s[n] == '\0' ? NULL : s + n + 1;
        if (s != NULL) {
            buf_str(out, strchr(s, '\x1f') != NULL ? ", " : and);
        }
    }
}

int message_fact_text(const struct message_fact *f, const struct message_settings *s,
                      enum message_kind kind, const char *tmpl, int64_t now, struct buf *out,
                      struct err *err)
{
    CLEANUP(buf_done) struct buf pets;
    CLEANUP(buf_done) struct buf raw;
    buf_init(&pets, (size_t)1 << 16);
    buf_init(&raw, (size_t)1 << 16);
    join_pets(f->pets, s->language, &pets);
    const struct message_fields fields = {
        .pet = pets.data,
        .client = f->client_name,
        .salon = f->salon,
        .service = f->service,
        .start = f->visit.start,
        .now = now,
        .language = s->language,
    };
    if (pets.failed) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    const char *words = tmpl != NULL ? tmpl : s->templates[kind];
    int rc = message_template_fill(words, &fields, s->plain ? &raw : out, err);
    if (rc < 0 || !s->plain) {
        return rc;
    }
    gsm_plain(out, raw.data != NULL ? raw.data : "");
    return out->failed ? err_set(err, ERR_NOMEM, "out of memory") : 0;
}
