/*
 * model_link.c: whose appointment it is, by the salon's rules of linking. Choices where the rules
 * are silent:
 * - A client contradicts the attendee when either address is known on both sides and differs.
 * - Metadata that names a client but no pet leaves the pet to the rule for found clients: its only
 *   one, or the one that title or notes name. Pets without a client are bad metadata.
 * - One bad pet among several spoils the whole metadata.
 * - Bad metadata still lets the predecessor's link through, and only closes the search by contact.
 * - Telephone and notes that a successor inherits count for its own linking, too.
 * - A predecessor's link is taken over as it is, also without a pet.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "model_truth.h"

struct contact {
    char email[64];
    const char *phone; /* NULL: not known */
};

/* The telephone as the appointment shows it: a successor inherits one that it lacks. */
static struct contact contact_of(const struct model_view *view, size_t b)
{
    struct contact c = {.phone = NULL};
    const struct model_guest *g = model_first(&view[b].b)->guest;
    if (view[b].known & TOLD_ATTENDEE) {
        model_lower(g->email_typed, c.email, sizeof c.email);
    }
    for (size_t i = b; i != MODEL_NONE && c.phone == NULL; i = view[i].from) {
        if (view[i].known & TOLD_PHONE) {
            c.phone = model_first(&view[i].b)->guest->phone;
        }
    }
    return c;
}

/* 1 both known and equal, -1 both known and different, 0 otherwise. */
static int compare(const char *ours, const char *theirs)
{
    if (ours == NULL || theirs == NULL || theirs[0] == '\0') {
        return 0;
    }
    return strcmp(ours, theirs) == 0 ? 1 : -1;
}

static bool contradicts(const struct model_client *c, const struct contact *who)
{
    return compare(c->email, who->email) < 0 || compare(c->phone, who->phone) < 0;
}

static bool matches(const struct model_client *c, const struct contact *who)
{
    return !contradicts(c, who) &&
           (compare(c->email, who->email) > 0 || compare(c->phone, who->phone) > 0);
}

static bool owns(const struct model_client *c, int pet)
{
    for (int i = 0; i < c->pets; i++) {
        if (c->pet[i] == pet) {
            return true;
        }
    }
    return false;
}

/* The name as a word of its own. The model writes pets' names only as they are, between spaces. */
static bool names(const char *text, const char *pet)
{
    const size_t n = strlen(pet);
    for (const char *p = strstr(text, pet); p != NULL; p = strstr(p + 1, pet)) {
        if ((p == text || p[-1] == ' ') && (p[n] == ' ' || p[n] == '\0' || p[n] == ',')) {
            return true;
        }
    }
    return false;
}

/* What the guest wrote, as the appointment shows it: a successor inherits notes that it lacks. */
static const char *notes_of(const struct model_view *view, size_t b)
{
    for (size_t i = b; i != MODEL_NONE; i = view[i].from) {
        if (view[i].known & TOLD_DESCRIPTION) {
            return view[i].b.description;
        }
    }
    return "";
}

static void guess_pet(struct model_link *l, const struct model_view *view, size_t b)
{
    const struct model_client *c = &model_clients[l->client];
    const char *notes = notes_of(view, b);
    int found = -1;
    int count = 0;
    for (int i = 0; i < c->pets; i++) {
        const char *name = model_pets[c->pet[i]].name;
        if (c->pets == 1 || names(view[b].b.title, name) || names(notes, name)) {
            found = c->pet[i];
            count++;
        }
    }
    if (count == 1) {
        l->pet[l->pets++] = found;
    }
}

static int pet_by_id(const char *id, size_t n)
{
    for (int i = 0; i < MODEL_PETS; i++) {
        if (strlen(model_pets[i].id) == n && strncasecmp(model_pets[i].id, id, n) == 0) {
            return i;
        }
    }
    return -1;
}

/* False: the metadata is bad. */
static bool by_metadata(const struct model_view *view, size_t b, const struct contact *who,
                        struct model_link *l)
{
    const struct model_view *v = &view[b];
    for (int i = 0; i < MODEL_CLIENTS; i++) {
        if (strcasecmp(model_clients[i].id, v->b.client_ref) == 0) {
            l->client = i;
        }
    }
    if (l->client < 0 || contradicts(&model_clients[l->client], who)) {
        return false;
    }
    for (const char *p = v->b.pet_refs; *p != '\0';) {
        size_t n = strcspn(p, ", ");
        if (n > 0) {
            int pet = pet_by_id(p, n);
            if (pet < 0 || !owns(&model_clients[l->client], pet)) {
                return false;
            }
            l->pet[l->pets++] = pet;
        }
        p += n + (p[n] == '\0' ? 0 : 1);
    }
    if (l->pets == 0) {
        guess_pet(l, view, b);
    }
    return true;
}

static void by_contact(const struct model_view *view, size_t b, const struct contact *who,
                       struct model_link *l)
{
    int count = 0;
    for (int i = 0; i < MODEL_CLIENTS; i++) {
        if (matches(&model_clients[i], who)) {
            l->client = i;
            count++;
        }
    }
    if (count != 1) {
        l->client = -1;
        return;
    }
    guess_pet(l, view, b);
}

struct model_link model_link_of(const struct model_view *view, size_t b)
{
    const struct model_link none = {.client = -1};
    const struct model_view *v = &view[b];
    const struct contact who = contact_of(view, b);
    struct model_link l = none;
    const bool says = (v->known & TOLD_META) != 0;
    if (says && by_metadata(view, b, &who, &l)) {
        return l;
    }
    if (v->from != MODEL_NONE) {
        l = model_link_of(view, v->from);
        if (l.client >= 0) {
            return l;
        }
    }
    l = none;
    if (!says) {
        by_contact(view, b, &who, &l);
    }
    return l;
}
