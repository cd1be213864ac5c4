/*
 * import_people.c: see import_people.h. Keys stand in one tree of the C library (tsearch): a letter
 * for their kind, then the text.
 */
#include "salon/import_people.h"

#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"

#define X(name, sql)              static const char name[] = sql;
#define X_SCAN(name, reason, sql) X(name, sql)
#include "salon/import_people.sql.def"
#undef X_SCAN
#undef X

#define KEY_MAX ((size_t)8192)

struct key {
    struct people_found found;
    char text[];
};

struct import_people {
    struct person *list;
    size_t count;
    size_t room;
    void *keys; /* of struct key, by text */
};

static int compare(const void *a, const void *b)
{
    return strcmp(((const struct key *)a)->text, ((const struct key *)b)->text);
}

static int no_memory(struct err *err)
{
    return err_set(err, ERR_NOMEM, "out of memory");
}

static void person_done(struct person *p)
{
    for (size_t i = 0; i < p->pet_count; i++) {
        free(p->pets[i].name);
        for (size_t t = 0; t < IMPORTED_TEXTS; t++) {
            free(p->pets[i].text[t]);
        }
    }
    free(p->pets);
    free(p->name);
    free(p->surname);
}

void import_people_free(struct import_people *p)
{
    if (p == NULL) {
        return;
    }
    for (size_t i = 0; i < p->count; i++) {
        person_done(&p->list[i]);
    }
    free(p->list);
    tdestroy(p->keys, free);
    free(p);
}

struct person *import_person(struct import_people *p, size_t number)
{
    return &p->list[number];
}

static void remember(struct people_found *found, size_t number)
{
    for (size_t i = 0; i < found->count; i++) {
        if (found->number[i] == number) {
            return;
        }
    }
    if (found->count < PEOPLE_FOUND_MAX) {
        found->number[found->count++] = number;
    }
}

static struct key *key_new(const char *text)
{
    size_t n = strlen(text) + 1;
    struct key *k = calloc(1, sizeof *k + n);
    if (k != NULL) {
        memcpy(k->text, text, n);
    }
    return k;
}

/* text NULL: there is none. */
static int add_key(struct import_people *p, const char *text, size_t number, struct err *err)
{
    if (text == NULL) {
        return 0;
    }
    struct key *k = key_new(text);
    struct key **place = k == NULL ? NULL : tsearch(k, &p->keys, compare);
    if (place == NULL) {
        free(k);
        return no_memory(err);
    }
    remember(&(*place)->found, number);
    if (*place != k) {
        free(k); /* it was there */
    }
    return 0;
}

/* "p+48600100200", "ejan@example.pl", or NULL when there is nothing to go by; the caller frees. */
static char *contact_key(char kind, const char *text, bool *ok)
{
    if (text == NULL || text[0] == '\0') {
        return NULL;
    }
    size_t n = strlen(text);
    char *key = malloc(n + 2);
    if (key == NULL) {
        *ok = false;
        return NULL;
    }
    key[0] = kind;
    for (size_t i = 0; i <= n; i++) {
        bool upper = kind == 'e' && text[i] >= 'A' && text[i] <= 'Z';
        key[i + 1] = (char)(upper ? text[i] - 'A' + 'a' : text[i]);
    }
    return key;
}

static char *name_key(const char *name, const char *surname, const char *address, bool *ok)
{
    const char *const parts[] = {name, surname, address};
    CLEANUP(buf_done) struct buf key;
    buf_init(&key, KEY_MAX);
    buf_char(&key, 'n');
    for (size_t i = 0; i < ARRAY_LEN(parts) && *ok; i++) {
        char *folded = text_fold(parts[i] == NULL ? "" : parts[i]);
        *ok = folded != NULL;
        buf_str(&key, folded == NULL ? "" : folded);
        buf_char(&key, '\n');
        free(folded);
    }
    char *text = buf_steal(&key);
    *ok = *ok && text != NULL;
    if (!*ok) {
        free(text);
        return NULL;
    }
    return text;
}

static char *key_of(enum people_key by, const char *phone, const char *email,
                    const char *const who[static 3], bool *ok)
{
    switch (by) {
    case BY_PHONE:
        return contact_key('p', phone, ok);
    case BY_EMAIL:
        return contact_key('e', email, ok);
    case BY_NAME:
        break;
    }
    return name_key(who[0], who[1], who[2], ok);
}

static int add_contact(struct import_people *p, size_t number, const char *phone, const char *email,
                       struct err *err)
{
    bool ok = true;
    char *by_phone = contact_key('p', phone, &ok);
    char *by_email = contact_key('e', email, &ok);
    int rc = ok ? add_key(p, by_phone, number, err) : no_memory(err);
    if (rc == 0) {
        rc = add_key(p, by_email, number, err);
    }
    free(by_phone);
    free(by_email);
    return rc;
}

static int add_person(struct import_people *p, const char *id, const char *name,
                      const char *surname, unsigned has, size_t *number, struct err *err)
{
    if (p->count == p->room) {
        size_t room = p->room == 0 ? 256 : 2 * p->room;
        struct person *list = realloc(p->list, room * sizeof *list);
        if (list == NULL) {
            return no_memory(err);
        }
        p->list = list;
        p->room = room;
    }
    struct person one = {.name = text_fold(name), .surname = text_fold(surname), .has = has};
    if (one.name == NULL || one.surname == NULL) {
        person_done(&one);
        return no_memory(err);
    }
    (void)snprintf(one.id, sizeof one.id, "%s", id);
    p->list[p->count] = one;
    *number = p->count++;
    return 0;
}

static unsigned has_of(const char *phone, const char *email, const char *address)
{
    return (phone != NULL && phone[0] != '\0' ? HAS_PHONE : 0U) |
           (email != NULL && email[0] != '\0' ? HAS_EMAIL : 0U) |
           (address != NULL && address[0] != '\0' ? HAS_ADDRESS : 0U);
}

static int add_name(struct import_people *p, size_t number, unsigned has,
                    const char *const who[static 3], struct err *err)
{
    bool ok = true;
    if ((has & (HAS_PHONE | HAS_EMAIL)) != 0) {
        return 0;
    }
    char *key = name_key(who[0], who[1], who[2], &ok);
    int rc = ok ? add_key(p, key, number, err) : no_memory(err);
    free(key);
    return rc;
}

/* A row of SQL_IMPORT_PEOPLE: a card, or the husk of a double, which comes after all cards. */
static int read_person(struct import_people *p, sqlite3_stmt *st, struct err *err)
{
    const char *id = db_text(st, 0);
    const char *leads_to = db_text(st, 1);
    const char *who[3] = {db_text(st, 2), db_text(st, 3), db_text(st, 6)};
    const char *phone = db_text(st, 4);
    const char *email = db_text(st, 5);
    size_t number = 0;
    if (id == NULL || leads_to == NULL || who[0] == NULL || who[1] == NULL) {
        return no_memory(err);
    }
    char own[UUID_TEXT_LEN + 1];
    (void)snprintf(own, sizeof own, "i%s", leads_to);
    if (strcmp(id, leads_to) != 0) {
        struct key *k = key_new(own);
        struct key **place = k == NULL ? NULL : tfind(k, &p->keys, compare);
        free(k);
        if (place == NULL) {
            return 0; /* of another salon: cannot be */
        }
        return add_contact(p, (*place)->found.number[0], phone, email, err);
    }
    unsigned has = has_of(phone, email, who[2]) | (db_int(st, 7) != 0 ? HAS_NOTES : 0U) |
                   (db_int(st, 8) != 0 ? HAS_SMS : 0U) | (db_int(st, 9) != 0 ? HAS_GDPR : 0U);
    int rc = add_person(p, id, who[0], who[1], has, &number, err);
    if (rc == 0) {
        rc = add_key(p, own, number, err);
    }
    if (rc == 0) {
        rc = add_contact(p, number, phone, email, err);
    }
    return rc == 0 ? add_name(p, number, has, who, err) : rc;
}

static int read_people(struct db *db, const char *salon_id, struct import_people *p,
                       struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_IMPORT_PEOPLE, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":salon", salon_id);
    while ((rc = db_step(db, st, err)) > 0) {
        rc = read_person(p, st, err);
        if (rc < 0) {
            return rc;
        }
    }
    return rc;
}

int import_people_load(struct db *db, const char *salon_id, struct import_people **out,
                       struct err *err)
{
    struct import_people *p = calloc(1, sizeof *p);
    if (p == NULL) {
        return no_memory(err);
    }
    int rc = read_people(db, salon_id, p, err);
    if (rc < 0) {
        import_people_free(p);
        return rc;
    }
    *out = p;
    return 0;
}

bool import_people_find(const struct import_people *p, enum people_key by,
                        const struct import_row *row, struct people_found *out, bool *ok)
{
    const char *who[3] = {row->client.name, row->client.surname, row->client.address};
    char *text = key_of(by, row->client.phone, row->client.email, who, ok);
    struct key *k = text == NULL ? NULL : key_new(text);
    *ok = *ok && (text == NULL || k != NULL);
    struct key **place = k == NULL ? NULL : tfind(k, &p->keys, compare);
    out->count = 0;
    if (place != NULL) {
        *out = (*place)->found;
    }
    free(k);
    free(text);
    return out->count > 0;
}

int import_people_add(struct import_people *p, const char *id, const struct import_row *row,
                      size_t *number, struct err *err)
{
    const struct client_values *c = &row->client;
    const char *who[3] = {c->name, c->surname, c->address};
    unsigned has = has_of(c->phone, c->email, c->address) | (c->notes[0] != '\0' ? HAS_NOTES : 0U) |
                   (row->consent_at[CONSENT_SMS] > 0 ? HAS_SMS : 0U) |
                   (row->consent_at[CONSENT_GDPR] > 0 ? HAS_GDPR : 0U);
    int rc = add_person(p, id, c->name, c->surname, has, number, err);
    if (rc == 0) {
        p->list[*number].pets_known = true;
        rc = add_contact(p, *number, c->phone, c->email, err);
    }
    return rc == 0 ? add_name(p, *number, has, who, err) : rc;
}

int import_people_extend(struct import_people *p, size_t number, const struct import_row *row,
                         struct err *err)
{
    return add_contact(p, number, row->client.phone, row->client.email, err);
}

static struct import_pet *pet_new(struct person *who, struct err *err)
{
    struct import_pet *pets = realloc(who->pets, (who->pet_count + 1) * sizeof *pets);
    if (pets == NULL) {
        (void)no_memory(err);
        return NULL;
    }
    who->pets = pets;
    pets[who->pet_count] = (struct import_pet){.name = NULL};
    return &pets[who->pet_count++];
}

int import_people_pets(struct import_people *p, struct db *db, size_t number, struct err *err)
{
    struct person *who = &p->list[number];
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    if (who->pets_known) {
        return 0;
    }
    int rc = db_stmt(db, SQL_IMPORT_PETS, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":client", who->id);
    while ((rc = db_step(db, st, err)) > 0) {
        struct import_pet *pet = pet_new(who, err);
        bool ok = true;
        if (pet == NULL) {
            return -(int)ERR_NOMEM;
        }
        const char *id = db_text(st, 0);
        const char *name = db_text(st, 1);
        (void)snprintf(pet->id, sizeof pet->id, "%s", id == NULL ? "" : id);
        pet->name = text_fold(name == NULL ? "" : name);
        for (int t = 0; t < IMPORTED_TEXTS; t++) {
            pet->text[t] = db_text_dup(st, 2 + t, &ok);
        }
        if (pet->name == NULL || !ok) {
            return no_memory(err);
        }
    }
    who->pets_known = rc == 0;
    return rc;
}

int import_people_add_pet(struct import_people *p, size_t number, const char *id,
                          const struct import_row *row, struct err *err)
{
    const struct pet_values *v = &row->pet;
    const char *texts[IMPORTED_TEXTS] = {v->breed, v->birth_date, v->allergies, v->notes};
    struct import_pet *pet = pet_new(&p->list[number], err);
    bool ok = true;
    if (pet == NULL) {
        return -(int)ERR_NOMEM;
    }
    (void)snprintf(pet->id, sizeof pet->id, "%s", id);
    pet->name = text_fold(v->name);
    for (size_t t = 0; t < IMPORTED_TEXTS; t++) {
        pet->text[t] = text_dup_nonempty(texts[t], &ok);
    }
    return pet->name != NULL && ok ? 0 : no_memory(err);
}
