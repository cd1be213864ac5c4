/*
 * match.c: see match.h. Collects clients by contact, by each word of the name and by rare names of
 * pets, then judges each of them by its card.
 */
#include "salon/match.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/phone.h"
#include "base/text.h"
#include "salon/search.h"

#define X(name, sql) static const char name[] = sql;
#include "salon/match.sql.def"
#undef X

#define FOUND_MAX      40  /* clients that are judged */
#define NAME_WORDS     5   /* of the person's name that are looked up */
#define SAID_WORDS     24  /* of title and notes */
#define SAID_MIN       3   /* letters of a word that may be a pet's name */
#define CARDS_OF_WORD  300 /* cards with a common name that are looked at */
#define RARE           3   /* cards that may have a pet's name for it to say who it is */
#define SAME_BEGINNING 3   /* letters by which Janek is Jan */

struct matcher {
    char *name; /* folded, owned, as all text here; never NULL */
    char *title;
    char *notes;
    char *people; /* names that stand in titles and are no pets': the person's and the salons' */
    struct match found[FOUND_MAX];
    size_t count;
    size_t last_count; /* of cards seen under the word that is looked at */
    char last[RARE][UUID_TEXT_LEN];
};

static void matcher_free(struct matcher *m)
{
    free(m->name);
    free(m->title);
    free(m->notes);
    free(m->people);
    free(m);
}

static int fold_people(struct db *db, const char *name, char **out, struct err *err)
{
    CLEANUP(buf_done) struct buf people;
    buf_init(&people, (size_t)64 * 1024);
    buf_str(&people, name == NULL ? "" : name);
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_MATCH_SALONS, &st, err);
    if (rc < 0) {
        return rc;
    }
    while ((rc = db_step(db, st, err)) > 0) {
        const char *salon = db_text(st, 0);
        buf_printf(&people, " %s", salon == NULL ? "" : salon);
    }
    if (rc < 0) {
        return rc;
    }
    *out = people.failed ? NULL : text_fold(people.data);
    return *out == NULL ? err_set(err, ERR_NOMEM, "out of memory") : 0;
}

static int prepare(struct db *db, const struct match_hint *hint, struct matcher *m, struct err *err)
{
    m->name = text_fold(hint->name == NULL ? "" : hint->name);
    m->title = text_fold(hint->title == NULL ? "" : hint->title);
    m->notes = text_fold(hint->notes == NULL ? "" : hint->notes);
    if (m->name == NULL || m->title == NULL || m->notes == NULL) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    return fold_people(db, hint->name, &m->people, err);
}

static void add_found(struct matcher *m, const char *client_id, unsigned why)
{
    for (size_t i = 0; i < m->count; i++) {
        if (strcmp(m->found[i].client_id, client_id) == 0) {
            m->found[i].why |= why;
            return;
        }
    }
    if (m->count < FOUND_MAX) {
        struct match *f = &m->found[m->count++];
        (void)snprintf(f->client_id, sizeof f->client_id, "%s", client_id);
        f->why = why;
    }
}

static int by_contact(struct db *db, const struct actor *who, const struct match_hint *hint,
                      struct matcher *m, struct err *err)
{
    char phone[PHONE_LEN];
    char email[256];
    bool number = hint->phone != NULL && phone_normalize(hint->phone, phone);
    bool address = hint->email != NULL && strlen(hint->email) < sizeof email;
    if (address) {
        size_t n = strlen(hint->email);
        for (size_t i = 0; i <= n; i++) {
            email[i] = (char)tolower((unsigned char)hint->email[i]);
        }
    }
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_MATCH_CONTACT, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":phone", number ? phone : NULL);
    db_bind_text(st, ":email", address ? email : NULL);
    db_bind_text(st, ":salon", who->salon_id);
    while ((rc = db_step(db, st, err)) > 0) {
        unsigned why = number && db_int(st, 1) != 0 ? MATCH_PHONE : 0;
        why |= address && db_int(st, 2) != 0 ? MATCH_EMAIL : 0;
        const char *id = db_text(st, 0);
        if (id != NULL) {
            add_found(m, id, why);
        }
    }
    return rc;
}

/* The next word of folded text; false at its end. */
static bool next_word(const char **text, struct search_piece *word)
{
    word->s = *text;
    word->n = strcspn(*text, " ");
    *text += word->n + strspn(*text + word->n, " ");
    return word->n > 0;
}

static bool has_word(const char *folded, struct search_piece word)
{
    char text[SEARCH_WORD_LEN];
    if (word.n == 0 || word.n > SEARCH_WORD_MAX) {
        return false;
    }
    memcpy(text, word.s, word.n);
    text[word.n] = '\0';
    return text_has_words(folded, text);
}

/* All words of the piece ("Nowak-Lis" has two). */
static bool has_words(const char *folded, struct search_piece piece)
{
    bool any = false;
    while (piece.n > 0) {
        struct search_piece word = {.s = piece.s};
        while (word.n < piece.n && piece.s[word.n] != ' ') {
            word.n++;
        }
        if (!has_word(folded, word)) {
            return false;
        }
        any = true;
        size_t step = word.n + (word.n < piece.n ? 1 : 0);
        piece.s += step;
        piece.n -= step;
    }
    return any;
}

/* A word of the name that begins as this one does: Jan, Janek. */
static bool has_beginning(const char *folded, struct search_piece name)
{
    struct search_piece word;
    while (next_word(&folded, &word)) {
        size_t n = name.n < word.n ? name.n : word.n;
        n = n > SAME_BEGINNING ? SAME_BEGINNING : n;
        bool enough = n == SAME_BEGINNING || (name.n == word.n && n > 0);
        if (enough && memcmp(name.s, word.s, n) == 0) {
            return true;
        }
    }
    return false;
}

enum likeness { LIKE_NOBODY, LIKE_SURNAME, LIKE_NAME };

static enum likeness likeness(const struct matcher *m, const struct search_person *p)
{
    if (!has_words(m->name, p->surname)) {
        return LIKE_NOBODY;
    }
    return has_beginning(m->name, p->name) ? LIKE_NAME : LIKE_SURNAME;
}

static bool is_named(const struct matcher *m, const struct search_pet *pet)
{
    return !pet->hidden && (has_words(m->notes, pet->name) ||
                            (has_words(m->title, pet->name) && !has_words(m->people, pet->name)));
}

static bool names_any_pet(const struct matcher *m, const char *text)
{
    struct search_pet pet;
    while (search_text_next_pet(&text, &pet)) {
        if (is_named(m, &pet)) {
            return true;
        }
    }
    return false;
}

static int look_at_name(void *arg, const char *client_id, const char *text, struct err *err)
{
    (void)err;
    struct matcher *m = arg;
    struct search_person p;
    search_text_person(text, &p);
    enum likeness like = client_id == NULL ? LIKE_NOBODY : likeness(m, &p);
    if (like == LIKE_NAME || (like == LIKE_SURNAME && names_any_pet(m, text))) {
        add_found(m, client_id, 0);
    }
    return 0;
}

static int by_name(struct db *db, const struct actor *who, struct matcher *m, struct err *err)
{
    const char *rest = m->name;
    struct search_piece word;
    int rc = 0;
    for (int i = 0; i < NAME_WORDS && rc >= 0 && next_word(&rest, &word); i++) {
        char text[SEARCH_WORD_LEN];
        if (word.n > 1 && word.n <= SEARCH_WORD_MAX) {
            (void)snprintf(text, sizeof text, "%.*s", (int)word.n, word.s);
            rc = search_by_word(db, who, text, CARDS_OF_WORD, look_at_name, m, err);
        }
    }
    return rc;
}

static int look_at_pet(void *arg, const char *client_id, const char *text, struct err *err)
{
    (void)err;
    struct matcher *m = arg;
    if (client_id != NULL && names_any_pet(m, text) && m->last_count < RARE) {
        (void)snprintf(m->last[m->last_count], UUID_TEXT_LEN, "%s", client_id);
    }
    m->last_count++;
    return 0;
}

/* A pet's name says who it is only where few have it. */
static int by_pet(struct db *db, const struct actor *who, struct matcher *m, const char *said,
                  struct err *err)
{
    struct search_piece word;
    int rc = 0;
    for (int i = 0; i < SAID_WORDS && rc >= 0 && next_word(&said, &word); i++) {
        char text[SEARCH_WORD_LEN];
        if (word.n < SAID_MIN || word.n > SEARCH_WORD_MAX || has_word(m->people, word)) {
            continue;
        }
        (void)snprintf(text, sizeof text, "%.*s", (int)word.n, word.s);
        m->last_count = 0;
        memset(m->last, 0, sizeof m->last);
        rc = search_by_word(db, who, text, RARE + 1, look_at_pet, m, err);
        for (size_t k = 0; k < m->last_count && m->last_count <= RARE; k++) {
            if (m->last[k][0] != '\0') {
                add_found(m, m->last[k], 0);
            }
        }
    }
    return rc;
}

/* By the card: is the name theirs, are pets of theirs named? */
static void judge(const struct matcher *m, const char *text, struct match *f)
{
    struct search_person p;
    struct search_pet pet;
    search_text_person(text, &p);
    enum likeness like = likeness(m, &p);
    f->why |= like == LIKE_NOBODY ? 0 : MATCH_NAME;
    while (search_text_next_pet(&text, &pet)) {
        if (is_named(m, &pet) && f->pet_count < MATCH_PETS_MAX && pet.id.n < UUID_TEXT_LEN) {
            memcpy(f->pets[f->pet_count], pet.id.s, pet.id.n);
            f->pets[f->pet_count++][pet.id.n] = '\0';
            f->why |= MATCH_PET;
        }
    }
    f->score = ((f->why & MATCH_PHONE) != 0 ? 8 : 0) + ((f->why & MATCH_EMAIL) != 0 ? 8 : 0) +
               (like == LIKE_NAME ? 4 : 0) + (like == LIKE_SURNAME ? 1 : 0) +
               ((f->why & MATCH_PET) != 0 ? 2 : 0) - (p.hidden ? 3 : 0);
}

static int judge_all(struct db *db, struct matcher *m, struct err *err)
{
    int rc = 0;
    for (size_t i = 0; i < m->count && rc >= 0; i++) {
        CLEANUP(db_reset) sqlite3_stmt *st = NULL;
        rc = db_stmt(db, SQL_MATCH_CARD, &st, err);
        if (rc < 0) {
            return rc;
        }
        db_bind_text(st, ":client", m->found[i].client_id);
        rc = db_step(db, st, err);
        if (rc > 0) {
            judge(m, db_text(st, 0), &m->found[i]);
        } else {
            m->found[i].why = 0; /* gone, or not listed yet */
        }
    }
    return rc;
}

static int likelier_first(const void *a, const void *b)
{
    const struct match *x = a;
    const struct match *y = b;
    if (x->score != y->score) {
        return x->score < y->score ? 1 : -1;
    }
    return strcmp(x->client_id, y->client_id);
}

static int find(struct db *db, const struct actor *who, const struct match_hint *hint,
                struct matcher *m, struct err *err)
{
    int rc = prepare(db, hint, m, err);
    if (rc >= 0) {
        rc = by_contact(db, who, hint, m, err);
    }
    if (rc >= 0) {
        rc = by_name(db, who, m, err);
    }
    if (rc >= 0) {
        rc = by_pet(db, who, m, m->notes, err);
    }
    if (rc >= 0) {
        rc = by_pet(db, who, m, m->title, err);
    }
    return rc < 0 ? rc : judge_all(db, m, err);
}

int match_find(struct db *db, const struct actor *who, const struct match_hint *hint,
               struct match out[static MATCH_MAX], size_t *count, struct err *err)
{
    struct matcher *m = calloc(1, sizeof *m);
    if (m == NULL) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    int rc = find(db, who, hint, m, err);
    if (rc >= 0) {
        qsort(m->found, m->count, sizeof m->found[0], likelier_first);
        size_t n = 0;
        for (size_t i = 0; i < m->count && n < MATCH_MAX; i++) {
            if (m->found[i].why != 0) {
                out[n++] = m->found[i];
            }
        }
        *count = n;
    }
    matcher_free(m);
    return rc < 0 ? rc : 0;
}
