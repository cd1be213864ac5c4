/*
 * api_search.c: the search from anywhere: clients and pets by the beginnings of words, or by the
 * last digits of a phone. Reads only.
 */
#include <stdio.h>

#include "base/phone.h"
#include "http/api.h"
#include "http/card_json.h"
#include "salon/search.h"

#define RESULTS_MAX 20
#define TYPED_MAX   1024 /* bytes, encoded */
#define SHOWN_MAX   768
#define PHONE_SHOWN 40

static const char *text_or_empty(const char *text)
{
    return text == NULL ? "" : text;
}

static void shown_name(const struct client *c, char *out, size_t out_len)
{
    const char *surname = text_or_empty(c->surname);
    (void)snprintf(out, out_len, "%s%s%s", text_or_empty(c->name), surname[0] != '\0' ? " " : "",
                   surname);
}

static void shown_phone(const struct client *c, char *out, size_t out_len)
{
    out[0] = '\0';
    if (c->phone != NULL) {
        phone_display(c->phone, out, out_len);
    }
}

static int write_client(struct db *db, const struct client *c, struct jw *w, struct err *err)
{
    char name[SHOWN_MAX];
    char phone[PHONE_SHOWN];
    shown_name(c, name, sizeof name);
    shown_phone(c, phone, sizeof phone);
    jw_object(w, NULL);
    jw_text(w, "kind", "client");
    jw_text(w, "id", c->id);
    jw_text(w, "client_id", c->id);
    jw_text(w, "title", name);
    jw_text(w, "subtitle", phone[0] != '\0' ? phone : text_or_empty(c->email));
    jw_bool(w, "archived", c->archived_at > 0);
    jw_array(w, "pets");
    int rc = client_each_pet(db, c->id, card_json_each_pet, w, err);
    jw_end_array(w);
    jw_end_object(w);
    return rc;
}

/* owner: zeroed when the pet has none. */
static void write_pet(const struct pet *p, const struct client *owner, struct jw *w)
{
    char name[SHOWN_MAX];
    char phone[PHONE_SHOWN];
    char whose[SHOWN_MAX + PHONE_SHOWN + sizeof " · "];
    shown_name(owner, name, sizeof name);
    shown_phone(owner, phone, sizeof phone);
    (void)snprintf(whose, sizeof whose, "%s%s%s", name, phone[0] != '\0' ? " · " : "", phone);
    jw_object(w, NULL);
    jw_text(w, "kind", "pet");
    jw_text(w, "id", p->id);
    jw_text(w, "client_id", owner->id[0] != '\0' ? owner->id : NULL);
    jw_text(w, "title", p->name);
    jw_text(w, "subtitle", whose);
    jw_text(w, "type", p->type);
    jw_text(w, "breed", p->breed);
    jw_bool(w, "deceased", p->deceased_at > 0);
    jw_bool(w, "archived", p->archived_at > 0);
    jw_end_object(w);
}

/* What went away since the words were folded is left out. */
static int write_result(struct db *db, const struct actor *who, const struct search_result *r,
                        struct jw *w, struct err *err)
{
    CLEANUP(client_done) struct client c = {0};
    CLEANUP(pet_done) struct pet p = {0};
    int rc = r->client_id[0] == '\0' ? 1 : client_load(db, who, r->client_id, &c, err);
    if (rc <= 0) {
        return rc;
    }
    if (r->pet_id[0] == '\0') {
        return write_client(db, &c, w, err);
    }
    rc = pet_load(db, who, r->pet_id, &p, err);
    if (rc > 0) {
        write_pet(&p, &c, w);
    }
    return rc;
}

static int write_results(struct db *db, const struct actor *who, struct http_request *rq,
                         struct reply *re, struct err *err)
{
    char typed[TYPED_MAX];
    struct search_result found[SEARCH_LIMIT_MAX];
    size_t count = 0;
    struct jw w;
    int rc = request_query(rq, "q", typed, sizeof typed, err);
    if (rc > 0) {
        rc = search_find(db, who, typed, SEARCH_CLIENTS | SEARCH_PETS, found, RESULTS_MAX, &count,
                         err);
    }
    if (rc < 0) {
        return rc;
    }
    reply_json(re, 200, &w);
    jw_object(&w, NULL);
    jw_array(&w, "results");
    for (size_t i = 0; i < count && rc >= 0; i++) {
        rc = write_result(db, who, &found[i], &w, err);
    }
    jw_end_array(&w);
    jw_end_object(&w);
    return rc;
}

int api_search(struct http_context *cx, struct http_request *rq, struct reply *re, struct err *err)
{
    return card_answer(cx, rq, re, write_results, err);
}
