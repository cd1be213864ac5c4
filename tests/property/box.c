/*
 * box.c: see box.h. Nothing is ever committed but the people: a run ends by rolling back, which is
 * a great deal faster than wiping tables.
 */
#include "box.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "db/migrate.h"
#include "db/writer.h"
#include "model_people.h"
#include "sync/apply.h"

void box_must(int rc, const struct err *err, const char *what)
{
    if (rc < 0) {
        printf("Bail out! %s: %s\n", what, err->msg);
        exit(99);
    }
}

void box_do(struct db *db, const char *sql, const char *a, const char *b, const char *c)
{
    struct err err;
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    box_must(db_stmt(db, sql, &st, &err), &err, sql);
    db_bind_text(st, ":a", a);
    if (b != NULL) {
        db_bind_text(st, ":b", b);
    }
    if (c != NULL) {
        db_bind_text(st, ":c", c);
    }
    box_must(db_run(db, st, NULL, &err), &err, sql);
}

void box_people(struct db *db)
{
    struct err err;
    box_must(db_exec(db, "DELETE FROM salons", &err), &err, "salons");
    for (int i = 0; i < MODEL_SALONS; i++) {
        const struct model_salon *s = &model_salons[i];
        box_do(db, "INSERT INTO salons (id, name, cal_com_username) VALUES (:a, :b, :c)", s->id,
               s->name, s->username);
    }
    for (int i = 0; i < MODEL_PETS; i++) {
        const struct model_pet *p = &model_pets[i];
        box_do(db, "INSERT INTO pets (id, salon_id, name) VALUES (:a, :b, :c)", p->id,
               model_salons[p->salon].id, p->name);
    }
    for (int i = 0; i < MODEL_CLIENTS; i++) {
        const struct model_client *c = &model_clients[i];
        box_do(db, "INSERT INTO clients (id, salon_id, name) VALUES (:a, :b, :c)", c->id,
               model_salons[c->salon].id, c->name);
        box_do(db, "UPDATE clients SET surname = :b WHERE id = :a", c->id, c->surname, NULL);
        if (c->email != NULL) {
            box_do(db, "UPDATE clients SET email = :b WHERE id = :a", c->id, c->email, NULL);
        }
        if (c->phone != NULL) {
            box_do(db, "UPDATE clients SET phone_number = :b WHERE id = :a", c->id, c->phone, NULL);
        }
        for (int k = 0; k < c->pets; k++) {
            box_do(db, "INSERT INTO client_pets (client_id, pet_id) VALUES (:a, :b)", c->id,
                   model_pets[c->pet[k]].id, NULL);
        }
    }
    box_do(db, "INSERT INTO staff (id, name, role, password_hash) VALUES (:a, 'Ola', 'staff', 'x')",
           "57aff000-0000-4000-8000-000000000001", NULL, NULL);
}

void box_open(struct box *b)
{
    /* In memory where the machine offers it: the laws are not about disks. */
    const char *places[] = {"/dev/shm", getenv("TMPDIR"), "/tmp"};
    char *made = NULL;
    for (size_t i = 0; made == NULL && i < ARRAY_LEN(places); i++) {
        if (places[i] != NULL) {
            (void)snprintf(b->dir, sizeof b->dir, "%s/barkbook-laws-XXXXXX", places[i]);
            made = mkdtemp(b->dir);
        }
    }
    if (made == NULL) {
        printf("Bail out! no folder for a database\n");
        exit(99);
    }
    char path[96];
    (void)snprintf(path, sizeof path, "%s/box.db", b->dir);
    struct err err;
    box_must(db_open(path, DB_WRITE, true, &b->db, &err), &err, "open");
    box_must(db_migrate(b->db, NULL, &err), &err, "migrate");
    box_people(b->db);
}

void box_close(struct box *b)
{
    static const char *const files[] = {"box.db", "box.db-wal", "box.db-shm"};
    db_close(b->db);
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        char path[96];
        (void)snprintf(path, sizeof path, "%s/%s", b->dir, files[i]);
        (void)unlink(path);
    }
    (void)rmdir(b->dir);
}

struct attempt {
    box_fn *fn;
    void *arg;
};

static int attempt_run(struct db *db, void *arg, struct err *err)
{
    const struct attempt *a = arg;
    a->fn(db, a->arg);
    return err_set(err, ERR_STOPPED, "taken back on purpose");
}

void box_try(struct box *b, box_fn *fn, void *arg)
{
    struct err err = {.code = ERR_NONE};
    struct attempt a = {fn, arg};
    int rc = db_transaction(b->db, attempt_run, &a, &err);
    if (err_code_of(rc) != ERR_STOPPED) {
        box_must(-1, &err, "transaction");
    }
}

void box_deliver(struct db *db, const char *body, size_t len, int64_t now, struct inbox_result *out)
{
    struct err err;
    *out = (struct inbox_result){0};
    box_must(inbox_deliver_in(db, BOX_GRACE, body, len, now, out, &err), &err, body);
}

void box_replay(struct db *db, const char *log_id, int64_t now, struct inbox_result *out)
{
    struct err err;
    *out = (struct inbox_result){0};
    box_must(inbox_replay_in(db, BOX_GRACE, log_id, now, out, &err), &err, "replay");
}

void box_complete(struct db *db, int64_t now)
{
    struct err err;
    const struct apply_context ctx = {.now = now, .complete_after_ms = BOX_GRACE, .cause = "clock"};
    box_must(apply_completions(db, &ctx, &err), &err, "completions");
}

bool box_ask(struct db *db, const char *sql, const char *a, char *out, size_t n)
{
    struct err err;
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    box_must(db_stmt(db, sql, &st, &err), &err, sql);
    if (a != NULL) {
        db_bind_text(st, ":a", a);
    }
    int rc = db_step(db, st, &err);
    box_must(rc, &err, sql);
    if (rc == 0 || db_is_null(st, 0)) {
        return false;
    }
    (void)snprintf(out, n, "%s", db_text(st, 0));
    return true;
}

bool box_resolve(struct db *db, const char *id, char out[static 37])
{
    return box_ask(db, "SELECT id FROM calendar_events WHERE id = :a", id, out, 37) ||
           box_ask(db,
                   "SELECT event_id FROM appointment_aliases WHERE alias_id = :a AND event_id IN"
                   " (SELECT id FROM calendar_events)",
                   id, out, 37);
}

/* Rows as lines, columns joined by " | "; NULL is empty. */
static void dump(struct db *db, const char *sql, struct out *to)
{
    struct err err;
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    box_must(db_stmt(db, sql, &st, &err), &err, sql);
    int rc = 0;
    while ((rc = db_step(db, st, &err)) == 1) {
        for (int i = 0; i < sqlite3_column_count(st); i++) {
            const char *text = db_text(st, i);
            out_text(to, i == 0 ? "" : " | ");
            out_text(to, text == NULL ? "" : text);
        }
        out_text(to, "\n");
    }
    box_must(rc, &err, sql);
}

void box_appointments(struct db *db, struct out *to)
{
    dump(db,
         "SELECT cal_com_event_id, status, start_time, end_time, duration_minutes, title, "
         "description,"
         " attendee_name, attendee_email, attendee_phone, location, meeting_url, service, "
         "price_minor,"
         " currency, cancel_reason, cancelled_by, awaiting_rebook, salon_id, client_id, pet_id,"
         " (SELECT group_concat(pet_id) FROM (SELECT pet_id FROM event_pets WHERE event_id = e.id"
         "  ORDER BY pet_id)), link_source, link_reason"
         " FROM calendar_events e ORDER BY cal_com_event_id",
         to);
}

void box_links(struct db *db, struct out *to)
{
    dump(db,
         "SELECT cal_com_event_id, client_id, pet_id, (SELECT group_concat(pet_id) FROM"
         " (SELECT pet_id FROM event_pets WHERE event_id = e.id ORDER BY pet_id))"
         " FROM calendar_events e ORDER BY cal_com_event_id",
         to);
}

void box_everything(struct db *db, struct out *to)
{
    dump(db, "SELECT * FROM calendar_events ORDER BY id", to);
    dump(db, "SELECT * FROM event_pets ORDER BY event_id, pet_id", to);
    dump(db, "SELECT * FROM appointment_aliases ORDER BY alias_id", to);
    dump(db, "SELECT * FROM event_changes ORDER BY id", to);
    dump(db, "SELECT id, pet_id, event_id, notes FROM pet_visits ORDER BY id", to);
}
