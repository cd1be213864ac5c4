/*
 * import_row.c: see import_row.h. No state.
 */
#include "salon/import_row.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"

/* Folded: small letters without accents, one space between words. */
static const struct {
    const char *name;
    enum import_column column;
} known[] = {
    {"name", IMPORT_NAME},
    {"first name", IMPORT_NAME},
    {"imie", IMPORT_NAME},
    {"imie klienta", IMPORT_NAME},
    {"surname", IMPORT_SURNAME},
    {"last name", IMPORT_SURNAME},
    {"nazwisko", IMPORT_SURNAME},
    {"nazwisko klienta", IMPORT_SURNAME},
    {"full name", IMPORT_FULL_NAME},
    {"client", IMPORT_FULL_NAME},
    {"klient", IMPORT_FULL_NAME},
    {"imie i nazwisko", IMPORT_FULL_NAME},
    {"wlasciciel", IMPORT_FULL_NAME},
    {"phone number", IMPORT_PHONE},
    {"phone", IMPORT_PHONE},
    {"mobile", IMPORT_PHONE},
    {"telefon", IMPORT_PHONE},
    {"nr telefonu", IMPORT_PHONE},
    {"numer telefonu", IMPORT_PHONE},
    {"tel", IMPORT_PHONE},
    {"komorka", IMPORT_PHONE},
    {"email", IMPORT_EMAIL},
    {"e mail", IMPORT_EMAIL},
    {"mail", IMPORT_EMAIL},
    {"adres e mail", IMPORT_EMAIL},
    {"adres email", IMPORT_EMAIL},
    {"address", IMPORT_ADDRESS},
    {"adres", IMPORT_ADDRESS},
    {"notes", IMPORT_NOTES},
    {"uwagi", IMPORT_NOTES},
    {"notatki", IMPORT_NOTES},
    {"pet name", IMPORT_PET_NAME},
    {"pet", IMPORT_PET_NAME},
    {"imie zwierzecia", IMPORT_PET_NAME},
    {"imie pupila", IMPORT_PET_NAME},
    {"imie psa", IMPORT_PET_NAME},
    {"zwierze", IMPORT_PET_NAME},
    {"pupil", IMPORT_PET_NAME},
    {"pies", IMPORT_PET_NAME},
    {"pet type", IMPORT_PET_TYPE},
    {"species", IMPORT_PET_TYPE},
    {"gatunek", IMPORT_PET_TYPE},
    {"rodzaj zwierzecia", IMPORT_PET_TYPE},
    {"pet breed", IMPORT_PET_BREED},
    {"breed", IMPORT_PET_BREED},
    {"rasa", IMPORT_PET_BREED},
    {"pet birth date", IMPORT_PET_BIRTH},
    {"birth date", IMPORT_PET_BIRTH},
    {"data urodzenia", IMPORT_PET_BIRTH},
    {"data urodzenia zwierzecia", IMPORT_PET_BIRTH},
    {"data urodzenia pupila", IMPORT_PET_BIRTH},
    {"pet allergies", IMPORT_PET_ALLERGIES},
    {"allergies", IMPORT_PET_ALLERGIES},
    {"alergie", IMPORT_PET_ALLERGIES},
    {"alergie zwierzecia", IMPORT_PET_ALLERGIES},
    {"uczulenia", IMPORT_PET_ALLERGIES},
    {"pet notes", IMPORT_PET_NOTES},
    {"uwagi o zwierzeciu", IMPORT_PET_NOTES},
    {"uwagi o psie", IMPORT_PET_NOTES},
    {"notatki o zwierzeciu", IMPORT_PET_NOTES},
    {"sms consent", IMPORT_SMS},
    {"sms", IMPORT_SMS},
    {"zgoda sms", IMPORT_SMS},
    {"zgoda na sms", IMPORT_SMS},
    {"gdpr consent", IMPORT_GDPR},
    {"gdpr", IMPORT_GDPR},
    {"rodo", IMPORT_GDPR},
    {"zgoda rodo", IMPORT_GDPR},
    {"zgoda na przetwarzanie danych", IMPORT_GDPR},
};

static void text_free(char *text)
{
    free(text);
}
DEFINE_CLEANUP(char *, text_free);

static enum import_column column_of(const char *folded)
{
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        if (strcmp(known[i].name, folded) == 0) {
            return known[i].column;
        }
    }
    return IMPORT_OTHER;
}

static void note_ignored(struct import_header *h, const char *name)
{
    size_t n = strlen(h->ignored);
    size_t len = strlen(name);
    if (len > 0 && n + len + 3 < sizeof h->ignored) {
        (void)snprintf(h->ignored + n, sizeof h->ignored - n, "%s%s", n > 0 ? ", " : "", name);
    }
}

int import_header_read(const struct csv_row *row, struct import_header *out, struct err *err)
{
    struct import_header h = {.count = row->count};
    bool seen[IMPORT_COLUMNS + 1] = {false};
    for (size_t i = 0; i < row->count; i++) {
        CLEANUP(text_free) char *folded = text_fold(row->field[i]);
        if (folded == NULL) {
            return err_set(err, ERR_NOMEM, "out of memory");
        }
        h.column[i] = column_of(folded);
        if (h.column[i] == IMPORT_OTHER) {
            note_ignored(&h, row->field[i]);
        } else if (seen[h.column[i]]) {
            return err_set(err, ERR_INVALID, "the first line names a column twice: %.80s",
                           row->field[i]);
        }
        seen[h.column[i]] = true;
    }
    if (!seen[IMPORT_NAME] && !seen[IMPORT_FULL_NAME]) {
        return err_set(err, ERR_INVALID,
                       "the first line must name the columns, one of them name (imię): see the "
                       "manual for the others");
    }
    *out = h;
    return 0;
}

/* What stands in a column: "" when it is missing. A quotation mark that keeps spreadsheets from
 * taking a number for a formula is taken off. */
static const char *value_of(const struct import_header *h, const struct csv_row *csv,
                            enum import_column column)
{
    for (size_t i = 0; i < h->count && i < csv->count; i++) {
        if (h->column[i] == column) {
            const char *v = csv->field[i];
            return v[0] == '\'' && v[1] != '\0' && strchr("=+-@", v[1]) != NULL ? v + 1 : v;
        }
    }
    return "";
}

static bool one_of(const char *folded, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(folded, words[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* One or two digits of a date, and what stands after them. */
static long date_part(const char **at, size_t most)
{
    size_t n = strspn(*at, "0123456789");
    long value = n > 0 && n <= most ? strtol(*at, NULL, 10) : -1;
    *at += n;
    return value;
}

/* "2021-05-01", "1.05.2021", "01/05/2021" to the first; others as they are, to be refused. */
static void plain_date(const char *typed, char out[static 33])
{
    const char *at = typed + strspn(typed, " ");
    (void)snprintf(out, 33, "%s", typed);
    long day = date_part(&at, 2);
    bool first = *at != '\0' && strchr("./-", *at) != NULL;
    at += first ? 1 : 0;
    long month = date_part(&at, 2);
    bool second = *at != '\0' && strchr("./-", *at) != NULL;
    at += second ? 1 : 0;
    long year = date_part(&at, 4);
    if (first && second && day > 0 && month > 0 && year > 1900 && at[strspn(at, " ")] == '\0') {
        (void)snprintf(out, 33, "%04u-%02u-%02u", (unsigned)year % 10000U, (unsigned)month % 100U,
                       (unsigned)day % 100U);
    }
}

/* A yes, a no, or the day on which it was given. */
static int read_consent(const char *field, const char *typed, int64_t now, int64_t *out,
                        struct err *err)
{
    static const char *const yes[] = {"tak", "t", "yes", "y", "1", "true", "prawda", "x", "ok"};
    static const char *const no[] = {"", "nie", "n", "no", "0", "false", "falsz", "brak"};
    CLEANUP(text_free) char *folded = text_fold(typed);
    struct local_date date;
    struct local_time today;
    char plain[33];
    if (folded == NULL) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    *out = one_of(folded, yes, ARRAY_LEN(yes)) ? now : 0;
    if (*out > 0 || one_of(folded, no, ARRAY_LEN(no))) {
        return 0;
    }
    plain_date(typed, plain);
    zone_local(now, &today);
    if (!date_parse(plain, &date)) {
        return err_set(err, ERR_INVALID, "%s: yes (tak), no (nie) or the date it was given", field);
    }
    int rc = zone_instant(date, 12, 0, out, err);
    if (rc == 0 && *out > now) {
        /* Today's noon may be to come; a later day is a slip of the pen. */
        if (memcmp(&date, &today.date, sizeof date) != 0) {
            return err_set(err, ERR_INVALID, "%s: must not lie in the future", field);
        }
        *out = now;
    }
    return rc;
}

static const char *pet_type(const char *folded)
{
    static const char *const dogs[] = {"",       "dog",       "pies", "piesek", "suka",
                                       "suczka", "szczeniak", "psy",  "puppy"};
    static const char *const cats[] = {"cat", "kot", "kotka", "kocur", "kocie"};
    if (one_of(folded, dogs, ARRAY_LEN(dogs))) {
        return "dog";
    }
    return one_of(folded, cats, ARRAY_LEN(cats)) ? "cat" : "other";
}

static int read_client(const struct import_header *h, const struct csv_row *csv,
                       struct import_row *out, struct err *err)
{
    char first[4 * CARD_NAME_MAX + 1];
    struct client_input in = CLIENT_INPUT_EMPTY;
    in.name = value_of(h, csv, IMPORT_NAME);
    in.surname = value_of(h, csv, IMPORT_SURNAME);
    in.phone = value_of(h, csv, IMPORT_PHONE);
    in.email = value_of(h, csv, IMPORT_EMAIL);
    in.address = value_of(h, csv, IMPORT_ADDRESS);
    in.notes = value_of(h, csv, IMPORT_NOTES);
    const char *full = value_of(h, csv, IMPORT_FULL_NAME);
    full += strspn(full, " ");
    if (full[0] != '\0' && in.name[0] == '\0') {
        size_t n = strcspn(full, " ");
        if (n < sizeof first) {
            memcpy(first, full, n);
            first[n] = '\0';
            in.name = first;
            in.surname = in.surname[0] != '\0' ? in.surname : full + n;
        }
    }
    (void)snprintf(out->shown, sizeof out->shown, "%.60s%s%.60s", in.name,
                   in.surname[0] != '\0' ? " " : "", in.surname + strspn(in.surname, " "));
    out->shown[text_utf8_prefix(out->shown, strlen(out->shown))] = '\0';
    return client_input_check(&in, true, &out->client, err);
}

/* Messages name the column, not the card's field. */
static int of_pet(int rc, struct err *err)
{
    char said[sizeof err->msg];
    if (rc >= 0 || err->code != ERR_INVALID) {
        return rc;
    }
    (void)snprintf(said, sizeof said, "%s", err->msg);
    return err_set(err, ERR_INVALID, "pet_%s", said);
}

static int read_pet(const struct import_header *h, const struct csv_row *csv, int64_t now,
                    struct import_row *out, struct err *err)
{
    char birth[33];
    const char *type = value_of(h, csv, IMPORT_PET_TYPE);
    struct pet_input in = PET_INPUT_EMPTY;
    in.name = value_of(h, csv, IMPORT_PET_NAME);
    in.breed = value_of(h, csv, IMPORT_PET_BREED);
    in.allergies = value_of(h, csv, IMPORT_PET_ALLERGIES);
    in.notes = value_of(h, csv, IMPORT_PET_NOTES);
    plain_date(value_of(h, csv, IMPORT_PET_BIRTH), birth);
    in.birth_date = birth;
    out->has_pet = in.name[strspn(in.name, " \t\n")] != '\0';
    if (!out->has_pet) {
        /* Without a name there is no card; nothing that was written about an animal gets lost. */
        bool said = in.breed[0] != '\0' || in.allergies[0] != '\0' || in.notes[0] != '\0' ||
                    birth[0] != '\0';
        return said ? err_set(err, ERR_INVALID, "pet_name: must not be empty") : 0;
    }
    CLEANUP(text_free) char *folded = text_fold(type);
    if (folded == NULL) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    in.type = pet_type(folded);
    if (strcmp(in.type, "other") == 0 && in.breed[0] == '\0') {
        in.breed = type; /* "królik": the cards know dogs, cats and others */
    }
    return of_pet(pet_input_check(&in, true, now, &out->pet, err), err);
}

static int check_width(const struct import_header *h, const struct csv_row *csv, struct err *err)
{
    for (size_t i = h->count; i < csv->count; i++) {
        if (csv->field[i][0] != '\0') {
            return err_set(err, ERR_INVALID,
                           "columns: the line has more fields than the first one");
        }
    }
    return 0;
}

int import_row_read(const struct import_header *h, const struct csv_row *csv, int64_t now,
                    struct import_row *out, struct err *err)
{
    out->line = csv->line;
    out->has_pet = false;
    memset(out->consent_at, 0, sizeof out->consent_at);
    int rc = read_client(h, csv, out, err);
    if (rc == 0) {
        rc = check_width(h, csv, err);
    }
    if (rc == 0) {
        rc = read_pet(h, csv, now, out, err);
    }
    if (rc == 0) {
        rc = read_consent("sms_consent", value_of(h, csv, IMPORT_SMS), now,
                          &out->consent_at[CONSENT_SMS], err);
    }
    if (rc == 0) {
        rc = read_consent("gdpr_consent", value_of(h, csv, IMPORT_GDPR), now,
                          &out->consent_at[CONSENT_GDPR], err);
    }
    return rc;
}
