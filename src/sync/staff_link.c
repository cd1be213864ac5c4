/*
 * staff_link.c: see staff_link.h. Writes the link columns of calendar_events and event_pets on
 * staff's behalf, with their lines of history; sync/appointment.c leaves them alone from then on.
 */
#include "sync/staff_link.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "salon/client.h"
#include "salon/pet.h"
#include "sync/appointment.h"
#include "sync/link_cards.h"

#define X(name, sql) static const char name[] = sql;
#include "sync/staff_link.sql.def"
#undef X

#define OTHERS_MAX   200
#define OTHERS_SINCE (400 * CLOCK_DAY) /* how long ago others may have been */

/* An appointment as far as linking goes. Text is owned; NULL is SQL NULL. */
enum subject_text {
    SUBJECT_ID,
    SUBJECT_SALON,
    SUBJECT_CLIENT,
    SUBJECT_PET,
    SUBJECT_ATTENDEE,
    SUBJECT_EMAIL,
    SUBJECT_PHONE,
    SUBJECT_TITLE,
    SUBJECT_NOTES,
    SUBJECT_TEXTS
};
struct subject {
    char *text[SUBJECT_TEXTS];
};

static void subject_done(struct subject *s)
{
    for (size_t i = 0; i < SUBJECT_TEXTS; i++) {
        free(s->text[i]);
    }
    *s = (struct subject){0};
}
DEFINE_CLEANUP_REF(struct subject, subject_done);

/* What a link is to become. */
struct target {
    char client[UUID_TEXT_LEN]; /* "": nobody */
    char salon[UUID_TEXT_LEN];
    char pets[LINK_PETS_MAX][UUID_TEXT_LEN];
    size_t pet_count;
};

static int read_subject(sqlite3_stmt *st, struct subject *out, struct err *err)
{
    struct subject s = {0};
    bool ok = true;
    for (int i = 0; i < SUBJECT_TEXTS; i++) {
        s.text[i] = db_text_dup(st, i, &ok);
    }
    if (!ok || s.text[SUBJECT_ID] == NULL) {
        subject_done(&s);
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    *out = s;
    return 0;
}

static int load_subject(struct db *db, const struct actor *who, const char *id, struct subject *out,
                        struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_STAFF_LINK_GET, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", id);
    db_bind_text(st, ":salon", who->salon_id);
    rc = db_step(db, st, err);
    if (rc == 0) {
        return err_set(err, ERR_NOT_FOUND, "there is no such appointment");
    }
    return rc < 0 ? rc : read_subject(st, out, err);
}

/* Ids of the pets, sorted, with commas between; "" for none. The caller frees. */
static int list_pets(struct db *db, const char *event_id, char **out, struct err *err)
{
    CLEANUP(buf_done) struct buf list;
    buf_init(&list, (size_t)64 * 1024);
    buf_str(&list, "");
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_STAFF_LINK_PETS, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", event_id);
    while ((rc = db_step(db, st, err)) > 0) {
        buf_printf(&list, "%s%s", list.len > 0 ? "," : "", db_text(st, 0));
    }
    if (rc < 0) {
        return rc;
    }
    *out = buf_steal(&list);
    return *out == NULL ? err_set(err, ERR_NOMEM, "out of memory") : 0;
}

static int replace_pets(struct db *db, const char *event_id, const struct target *to,
                        struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *clear = NULL;
    int rc = db_stmt(db, SQL_STAFF_LINK_PETS_CLEAR, &clear, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(clear, ":id", event_id);
    rc = db_run(db, clear, NULL, err);
    for (size_t i = 0; i < to->pet_count && rc >= 0; i++) {
        CLEANUP(db_reset) sqlite3_stmt *st = NULL;
        rc = db_stmt(db, SQL_STAFF_LINK_PET_ADD, &st, err);
        if (rc >= 0) {
            db_bind_text(st, ":id", event_id);
            db_bind_text(st, ":pet", to->pets[i]);
            rc = db_run(db, st, NULL, err);
        }
    }
    return rc;
}

static bool same(const char *a, const char *b)
{
    return strcmp(a == NULL ? "" : a, b == NULL ? "" : b) == 0;
}

static int note(struct db *db, const struct actor *who, const struct subject *s, const char *field,
                const char *was, const char *becomes, struct err *err)
{
    const struct apply_context ctx = {.now = who->now, .cause = "staff", .cause_id = who->staff_id};
    if (same(was, becomes)) {
        return 0;
    }
    return appointment_note_change(db, &ctx, s->text[SUBJECT_ID], field, was, becomes, err);
}

static const char *reason_of(const struct target *to)
{
    if (to->client[0] == '\0') {
        return LINK_REASON_STAFF;
    }
    return to->pet_count == 0 ? LINK_REASON_PET_OPEN : NULL;
}

static int write_link(struct db *db, const struct actor *who, const struct subject *s,
                      const struct target *to, struct err *err)
{
    const char *client = to->client[0] != '\0' ? to->client : NULL;
    const char *pet = to->pet_count > 0 ? to->pets[0] : NULL;
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_STAFF_LINK_SET, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", s->text[SUBJECT_ID]);
    db_bind_text(st, ":client", client);
    db_bind_text(st, ":pet", pet);
    db_bind_text(st, ":salon", to->salon[0] != '\0' ? to->salon : NULL);
    db_bind_text(st, ":reason", reason_of(to));
    db_bind_text(st, ":staff", who->staff_id);
    db_bind_time(st, ":now", who->now);
    return db_run(db, st, NULL, err);
}

static int set_link(struct db *db, const struct actor *who, const struct subject *s,
                    const struct target *to, struct err *err)
{
    char *before = NULL;
    char *after = NULL;
    const char *pet = to->pet_count > 0 ? to->pets[0] : NULL;
    int rc = list_pets(db, s->text[SUBJECT_ID], &before, err);
    if (rc >= 0) {
        rc = write_link(db, who, s, to, err);
    }
    if (rc >= 0) {
        rc = replace_pets(db, s->text[SUBJECT_ID], to, err);
    }
    if (rc >= 0) {
        rc = list_pets(db, s->text[SUBJECT_ID], &after, err);
    }
    if (rc >= 0) {
        rc = note(db, who, s, "client_id", s->text[SUBJECT_CLIENT],
                  to->client[0] != '\0' ? to->client : NULL, err);
    }
    if (rc >= 0) {
        rc = note(db, who, s, "pet_id", s->text[SUBJECT_PET], pet, err);
    }
    if (rc >= 0 && same(s->text[SUBJECT_PET], pet)) {
        rc = note(db, who, s, "pets", before, after, err);
    }
    free(before);
    free(after);
    return rc;
}

static int choose_pets(struct db *db, const struct staff_link *l, struct target *to,
                       struct err *err)
{
    if (l->pet_count > LINK_PETS_MAX) {
        return err_set(err, ERR_UNPROCESSABLE, "pet_ids: at most %d pets", LINK_PETS_MAX);
    }
    for (size_t i = 0; i < l->pet_count; i++) {
        int rc = link_pet(db, l->pets[i], to->pets[to->pet_count], err);
        if (rc > 0) {
            rc = pet_is_of(db, to->pets[to->pet_count], to->client, err);
        }
        if (rc < 0) {
            return rc;
        }
        if (rc == 0) {
            return err_set(err, ERR_UNPROCESSABLE, "pet_ids: a pet that is not this client's");
        }
        bool again = false;
        for (size_t k = 0; k < to->pet_count; k++) {
            again = again || strcmp(to->pets[k], to->pets[to->pet_count]) == 0;
        }
        to->pet_count += again ? 0 : 1;
    }
    return 0;
}

static int choose(struct db *db, const struct actor *who, const struct staff_link *l,
                  struct target *to, struct err *err)
{
    CLEANUP(client_done) struct client c = {0};
    int rc = client_load(db, who, l->client_id, &c, err);
    if (rc == 0) {
        return err_set(err, ERR_NOT_FOUND, "there is no such client");
    }
    if (rc < 0) {
        return rc;
    }
    memcpy(to->client, c.id, sizeof to->client);
    memcpy(to->salon, c.salon_id, sizeof to->salon);
    return choose_pets(db, l, to, err);
}

/* The appointments of the same attendee that nobody has linked; list has OTHERS_MAX places. */
static int load_others(struct db *db, const struct actor *who, const struct subject *s,
                       const struct target *to, struct subject *list, size_t *count,
                       struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_STAFF_LINK_OTHERS, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", s->text[SUBJECT_ID]);
    db_bind_text(st, ":client", to->client);
    db_bind_text(st, ":salon", who->salon_id);
    db_bind_text(st, ":email", s->text[SUBJECT_EMAIL]);
    db_bind_text(st, ":phone", s->text[SUBJECT_PHONE]);
    db_bind_time(st, ":since", who->now - OTHERS_SINCE);
    while (*count < OTHERS_MAX && (rc = db_step(db, st, err)) > 0) {
        rc = read_subject(st, &list[*count], err);
        if (rc < 0) {
            return rc;
        }
        (*count)++;
    }
    return rc < 0 ? rc : 0;
}

/* The same client; the pet only when it is clear which: theirs may be another one this time. */
static int link_other(struct db *db, const struct actor *who, const struct subject *s,
                      const struct target *main, bool *linked, struct err *err)
{
    struct target to = {.pet_count = 0};
    const struct wording said = {.title = s->text[SUBJECT_TITLE],
                                 .notes = s->text[SUBJECT_NOTES],
                                 .attendee = s->text[SUBJECT_ATTENDEE]};
    memcpy(to.client, main->client, sizeof to.client);
    memcpy(to.salon, main->salon, sizeof to.salon);
    int rc = link_only_pet(db, to.client, said, to.pets[0], err);
    if (rc < 0) {
        return rc;
    }
    to.pet_count = rc > 0 ? 1 : 0;
    *linked = s->text[SUBJECT_CLIENT] == NULL || to.pet_count > 0;
    return *linked ? set_link(db, who, s, &to, err) : 0;
}

static int link_others(struct db *db, const struct actor *who, const struct subject *s,
                       const struct target *to, int *done, struct err *err)
{
    size_t count = 0;
    struct subject *list = calloc(OTHERS_MAX, sizeof *list);
    int rc = list == NULL ? err_set(err, ERR_NOMEM, "out of memory")
                          : load_others(db, who, s, to, list, &count, err);
    for (size_t i = 0; i < count && rc >= 0; i++) {
        bool linked = false;
        rc = link_other(db, who, &list[i], to, &linked, err);
        *done += linked ? 1 : 0;
    }
    for (size_t i = 0; i < count; i++) {
        subject_done(&list[i]);
    }
    free(list);
    return rc;
}

int staff_link_salon(struct db *db, const struct actor *who, const char *event_id,
                     char out[static UUID_TEXT_LEN], struct err *err)
{
    CLEANUP(subject_done) struct subject s = {0};
    int rc = load_subject(db, who, event_id, &s, err);
    if (rc >= 0) {
        const char *salon = s.text[SUBJECT_SALON];
        (void)snprintf(out, UUID_TEXT_LEN, "%s", salon == NULL ? "" : salon);
    }
    return rc;
}

int staff_link(struct db *db, const struct actor *who, struct staff_link *l, struct err *err)
{
    CLEANUP(subject_done) struct subject s = {0};
    struct target to = {.pet_count = 0};
    int others = 0;
    int rc = load_subject(db, who, l->event_id, &s, err);
    if (rc >= 0) {
        rc = choose(db, who, l, &to, err);
    }
    if (rc >= 0) {
        rc = set_link(db, who, &s, &to, err);
    }
    if (rc >= 0 && l->take_contact) {
        rc = client_fill_contact(db, who, to.client, s.text[SUBJECT_PHONE], s.text[SUBJECT_EMAIL],
                                 err);
    }
    if (rc >= 0 && l->also_same_attendee) {
        rc = link_others(db, who, &s, &to, &others, err);
    }
    if (rc < 0) {
        return rc;
    }
    l->others = others;
    return 0;
}

int staff_unlink(struct db *db, const struct actor *who, const char *event_id, struct err *err)
{
    CLEANUP(subject_done) struct subject s = {0};
    const struct target nobody = {.pet_count = 0};
    int rc = load_subject(db, who, event_id, &s, err);
    return rc < 0 ? rc : set_link(db, who, &s, &nobody, err);
}

/* 1 the link is staff's word. */
static int is_staffs(struct db *db, const char *event_id, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_STAFF_LINK_IS, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", event_id);
    return db_step(db, st, err);
}

static int forget(struct db *db, const struct actor *who, const struct subject *s, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_STAFF_LINK_FORGET, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", s->text[SUBJECT_ID]);
    db_bind_time(st, ":now", who->now);
    return db_run(db, st, NULL, err);
}

int staff_link_forget(struct db *db, const struct actor *who, int64_t complete_after_ms,
                      const char *event_id, struct err *err)
{
    CLEANUP(subject_done) struct subject s = {0};
    const struct target nobody = {.pet_count = 0};
    int rc = load_subject(db, who, event_id, &s, err);
    if (rc >= 0) {
        rc = is_staffs(db, s.text[SUBJECT_ID], err);
    }
    if (rc <= 0) {
        return rc;
    }
    rc = set_link(db, who, &s, &nobody, err);
    if (rc >= 0) {
        rc = forget(db, who, &s, err);
    }
    if (rc < 0) {
        return rc;
    }
    struct apply_result result;
    const struct apply_context ctx = {.now = who->now,
                                      .complete_after_ms = complete_after_ms,
                                      .cause = "staff",
                                      .cause_id = who->staff_id};
    return apply_reproject(db, &ctx, s.text[SUBJECT_ID], &result, err);
}
