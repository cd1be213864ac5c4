/*
 * search_text.c: see search_text.h. Pure; knows nothing of the database.
 */
#include "salon/search_text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* What a hit in a field is worth; the whole word half as much again as its beginning. */
enum { WORTH_NAME = 20, WORTH_PHONE = 20, WORTH_EMAIL = 6, WORTH_BREED = 4 };

/* So much of a field is folded, so that no card written by other means outgrows its place. */
#define FIELD_BYTES_MAX  400
#define PHONE_DIGITS_MAX 20

static void add_folded(struct buf *out, const char *text, size_t n)
{
    char *part = strndup(text, n < FIELD_BYTES_MAX ? n : FIELD_BYTES_MAX);
    char *folded = part == NULL ? NULL : text_fold(part);
    if (folded == NULL) {
        out->failed = true;
    } else {
        buf_str(out, folded);
    }
    free(folded);
    free(part);
}

static void add_field(struct buf *out, const char *text)
{
    buf_char(out, '\t');
    if (text != NULL) {
        add_folded(out, text, strlen(text));
    }
}

void search_text_client(struct buf *out, bool hidden, const char *name, const char *surname,
                        const char *phone, const char *email)
{
    buf_str(out, hidden ? "c\tx" : "c\t-");
    add_field(out, name);
    add_field(out, surname);
    buf_char(out, '\t');
    size_t digits = 0;
    for (const char *p = phone; p != NULL && *p != '\0' && digits < PHONE_DIGITS_MAX; p++) {
        if (isdigit((unsigned char)*p)) {
            buf_char(out, *p);
            digits++;
        }
    }
    buf_char(out, '\t');
    if (email != NULL) {
        add_folded(out, email, strcspn(email, "@"));
    }
    buf_char(out, '\n');
}

void search_text_pet(struct buf *out, bool hidden, const char *id, const char *name,
                     const char *breed)
{
    buf_str(out, hidden ? "p\tx\t" : "p\t-\t");
    size_t n = strcspn(id, "\t\n");
    buf_add(out, id, n < FIELD_BYTES_MAX ? n : FIELD_BYTES_MAX);
    add_field(out, name);
    add_field(out, breed);
    buf_char(out, '\n');
}

#define FIELDS_MAX 6

/* Cuts a line into its fields; returns where the next line begins. Missing fields are empty. */
static const char *line_cut(const char *line, struct search_piece fields[static FIELDS_MAX])
{
    size_t left = strcspn(line, "\n");
    const char *next = line + left + (line[left] == '\n' ? 1 : 0);
    for (size_t i = 0; i < FIELDS_MAX; i++) {
        size_t n = strcspn(line, "\t\n");
        fields[i] = (struct search_piece){.s = line, .n = n};
        line += n + (line[n] == '\t' ? 1 : 0);
    }
    return next;
}

/* The next word of a field; an empty one at its end. */
static struct search_piece next_word(struct search_piece *field)
{
    struct search_piece word = {.s = field->s, .n = 0};
    while (word.n < field->n && field->s[word.n] != ' ') {
        word.n++;
    }
    size_t step = word.n + (word.n < field->n ? 1 : 0);
    field->s += step;
    field->n -= step;
    return word;
}

/* Cuts after SEARCH_WORD_MAX bytes, not inside a letter. */
static void word_copy(struct search_piece word, char out[static SEARCH_WORD_LEN])
{
    size_t n = word.n;
    if (n > SEARCH_WORD_MAX) {
        n = SEARCH_WORD_MAX;
        while (n > 0 && ((unsigned char)word.s[n] & 0xc0) == 0x80) {
            n--;
        }
    }
    memcpy(out, word.s, n);
    out[n] = '\0';
}

static void reverse(struct search_piece digits, char out[static SEARCH_WORD_LEN])
{
    size_t n = digits.n < SEARCH_WORD_MAX ? digits.n : SEARCH_WORD_MAX - 1;
    out[0] = '#';
    for (size_t i = 0; i < n; i++) {
        out[1 + i] = digits.s[digits.n - 1 - i];
    }
    out[n + 1] = '\0';
}

/* As it is dialled at home: without Poland's 48. */
static struct search_piece home_number(struct search_piece digits)
{
    if (digits.n == 11 && strncmp(digits.s, "48", 2) == 0) {
        digits.s += 2;
        digits.n -= 2;
    }
    return digits;
}

static int each_word(struct search_piece field, search_word_fn *each, void *arg, struct err *err)
{
    while (field.n > 0) {
        char word[SEARCH_WORD_LEN];
        word_copy(next_word(&field), word);
        int rc = word[0] == '\0' ? 0 : each(arg, word, err);
        if (rc < 0) {
            return rc;
        }
    }
    return 0;
}

int search_text_words(const char *text, search_word_fn *each, void *arg, struct err *err)
{
    while (*text != '\0') {
        struct search_piece f[FIELDS_MAX];
        text = line_cut(text, f);
        bool client = f[0].n == 1 && f[0].s[0] == 'c';
        int rc = each_word(client ? f[2] : f[3], each, arg, err);
        if (rc >= 0) {
            rc = each_word(client ? f[3] : f[4], each, arg, err);
        }
        if (rc >= 0 && client) {
            rc = each_word(f[5], each, arg, err);
        }
        if (rc >= 0 && client && f[4].n > 0) {
            char tail[SEARCH_WORD_LEN];
            reverse(f[4], tail);
            rc = each(arg, tail, err);
        }
        if (rc >= 0 && client && f[4].n > 0) {
            rc = each_word(home_number(f[4]), each, arg, err);
        }
        if (rc < 0) {
            return rc;
        }
    }
    return 0;
}

static bool all_digits(struct search_piece word)
{
    for (size_t i = 0; i < word.n; i++) {
        if (!isdigit((unsigned char)word.s[i])) {
            return false;
        }
    }
    return word.n > 0;
}

static void add_number(struct search_query *q, const char *digits, bool international)
{
    struct search_term *t = &q->terms[q->count];
    struct search_piece all = {.s = digits, .n = strlen(digits)};
    if (international && all.n > 2 && strncmp(digits, "48", 2) == 0) {
        all.s += 2; /* the rest may be the beginning of a number only */
        all.n -= 2;
    }
    word_copy(home_number(all), t->text);
    if (all.n >= SEARCH_TAIL_MIN) {
        reverse(all, t->tail);
    }
    q->count++;
}

/* What was typed before any @ of a word: "jan@example.pl" is "jan". */
static void cut_domains(char *typed)
{
    char *out = typed;
    bool skip = false;
    for (char *p = typed; *p != '\0'; p++) {
        if (*p == ' ') {
            skip = false;
        } else if (*p == '@' && p > typed && p[-1] != ' ') {
            skip = true;
        }
        if (!skip) {
            *out++ = *p;
        }
    }
    *out = '\0';
}

int search_query_parse(const char *typed, struct search_query *out, struct err *err)
{
    *out = (struct search_query){0};
    char cut[SEARCH_QUERY_MAX + 1];
    (void)snprintf(cut, sizeof cut, "%s", typed);
    cut_domains(cut);
    char *folded = text_fold(cut);
    if (folded == NULL) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    bool international = strchr(cut, '+') != NULL;
    char digits[SEARCH_WORD_LEN] = "";
    struct search_piece rest = {.s = folded, .n = strlen(folded)};
    while (rest.n > 0 && out->count < SEARCH_TERMS_MAX) {
        struct search_piece word = next_word(&rest);
        bool number = all_digits(word);
        size_t have = strlen(digits);
        /* "600 100 200" is one number. */
        if (number && have + word.n < sizeof digits) {
            memcpy(digits + have, word.s, word.n);
            digits[have + word.n] = '\0';
        }
        if (digits[0] != '\0' && (!number || rest.n == 0)) {
            bool zeros = strncmp(digits, "00", 2) == 0;
            add_number(out, digits + (zeros ? 2 : 0), zeros || international);
            digits[0] = '\0';
        }
        if (!number && out->count < SEARCH_TERMS_MAX) {
            word_copy(word, out->terms[out->count++].text);
        }
    }
    free(folded);
    return out->count > 0;
}

/* 2 a word of the field begins with it, 3 a word is it, 0 neither. */
static int field_fit(struct search_piece field, const char *term)
{
    size_t n = strlen(term);
    int best = 0;
    while (field.n > 0 && best < 3) {
        struct search_piece word = next_word(&field);
        if (n > 0 && word.n >= n && memcmp(word.s, term, n) == 0) {
            int fit = word.n == n ? 3 : 2;
            best = fit > best ? fit : best;
        }
    }
    return best;
}

static int larger(int a, int b)
{
    return a > b ? a : b;
}

static int phone_fit(struct search_piece digits, const struct search_term *t)
{
    if (digits.n == 0) {
        return 0;
    }
    char tail[SEARCH_WORD_LEN];
    reverse(digits, tail);
    size_t n = strlen(t->tail);
    if (n > 0 && strncmp(tail, t->tail, n) == 0) {
        return 3;
    }
    return field_fit(home_number(digits), t->text);
}

static int client_points(const struct search_piece f[static FIELDS_MAX],
                         const struct search_term *t)
{
    int points = WORTH_NAME * larger(field_fit(f[2], t->text), field_fit(f[3], t->text));
    points = larger(points, WORTH_PHONE * phone_fit(f[4], t));
    return larger(points, WORTH_EMAIL * field_fit(f[5], t->text));
}

static int pet_points(const struct search_piece f[static FIELDS_MAX], const struct search_term *t)
{
    return larger(WORTH_NAME * field_fit(f[3], t->text), WORTH_BREED * field_fit(f[4], t->text));
}

/* True when the pet itself is one of those found; adds what it has to `somewhere`. */
static bool match_pet(const struct search_piece f[static FIELDS_MAX], const struct search_query *q,
                      const int own[static SEARCH_TERMS_MAX],
                      int somewhere[static SEARCH_TERMS_MAX], int *points)
{
    bool all = true;
    bool named = false;
    *points = 0;
    for (size_t i = 0; i < q->count; i++) {
        int here = pet_points(f, &q->terms[i]);
        somewhere[i] = larger(somewhere[i], here);
        named = named || here > 0;
        all = all && larger(here, own[i]) > 0;
        *points += larger(here, own[i]);
    }
    return all && named;
}

void search_text_match(const char *text, const struct search_query *query, search_fit_fn *each,
                       void *arg)
{
    struct search_piece f[FIELDS_MAX];
    int own[SEARCH_TERMS_MAX] = {0};
    int somewhere[SEARCH_TERMS_MAX] = {0};
    const char *pets = line_cut(text, f);
    for (size_t i = 0; i < query->count; i++) {
        own[i] = client_points(f, &query->terms[i]);
        somewhere[i] = own[i];
    }
    bool by_pet = false;
    while (*pets != '\0') {
        int points = 0;
        pets = line_cut(pets, f);
        if (match_pet(f, query, own, somewhere, &points)) {
            by_pet = true;
            each(arg, &(struct search_fit){.pet = f[2].s,
                                           .pet_len = f[2].n,
                                           .points = points,
                                           .hidden = f[1].n > 0 && f[1].s[0] == 'x'});
        }
    }
    bool alone = true;
    bool together = true;
    int points = 0;
    for (size_t i = 0; i < query->count; i++) {
        alone = alone && own[i] > 0;
        together = together && somewhere[i] > 0;
        points += somewhere[i];
    }
    if (alone || (together && !by_pet)) {
        int sum = 0;
        for (size_t i = 0; alone && i < query->count; i++) {
            sum += own[i];
        }
        each(arg, &(struct search_fit){.points = alone ? sum : points});
    }
}

void search_text_person(const char *text, struct search_person *out)
{
    struct search_piece f[FIELDS_MAX];
    (void)line_cut(text, f);
    *out = (struct search_person){
        .name = f[2],
        .surname = f[3],
        .hidden = f[1].n > 0 && f[1].s[0] == 'x',
    };
}

bool search_text_next_pet(const char **text, struct search_pet *out)
{
    while (**text != '\0') {
        struct search_piece f[FIELDS_MAX];
        *text = line_cut(*text, f);
        if (f[0].n == 1 && f[0].s[0] == 'p') {
            *out = (struct search_pet){
                .id = f[2],
                .name = f[3],
                .hidden = f[1].n > 0 && f[1].s[0] == 'x',
            };
            return true;
        }
    }
    return false;
}
