/*
 * calcom_values.c: see calcom_values.h. Pure; must never refuse a booking for a field it can do
 * without.
 */
#include "remote/calcom_values.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/phone.h"
#include "base/text.h"
#include "base/uuid.h"
#include "remote/calcom_text.h"

#define PET_REFS_MAX  500 /* bytes; Cal.com's own bound of a metadata value */
#define URL_MAX_LEN   2048
#define EMAIL_MAX_LEN 254 /* bytes; RFC 5321 allows no longer address */

void calcom_take(struct calcom_fill *f, enum fact fact, const char *raw, size_t max_chars)
{
    if (f->o->value[fact] != NULL || raw == NULL) {
        return;
    }
    bool ok = true;
    f->o->value[fact] = calcom_text_clean(raw, max_chars, &ok);
    f->nomem |= !ok;
}

/* A string, a number or a boolean as text the caller frees; NULL for anything else. */
static char *scalar_text(struct calcom_fill *f, const cJSON *obj, const char *key)
{
    const cJSON *v = json_get(obj, key);
    if (!cJSON_IsString(v) && !cJSON_IsNumber(v) && !cJSON_IsBool(v)) {
        return NULL;
    }
    char *text = json_scalar(obj, key);
    f->nomem |= text == NULL;
    return text;
}

/* The same for fields where true and false are no text. */
static char *plain_text(struct calcom_fill *f, const cJSON *obj, const char *key)
{
    return cJSON_IsBool(json_get(obj, key)) ? NULL : scalar_text(f, obj, key);
}

void calcom_take_member(struct calcom_fill *f, enum fact fact, const cJSON *obj, const char *key,
                        size_t max_chars)
{
    char *text = plain_text(f, obj, key);
    calcom_take(f, fact, text, max_chars);
    free(text);
}

void calcom_take_person(struct calcom_fill *f, enum fact fact, const char *raw)
{
    if (f->o->value[fact] != NULL) {
        return;
    }
    calcom_take(f, fact, raw, CALCOM_TEXT_MAX);
    char *text = f->o->value[fact];
    if (text != NULL && strchr(text, '@') != NULL) {
        calcom_text_lower(text);
    }
}

/* The answer to one question of the booking form, in any of the forms it is sent in, as text the
 * caller frees; NULL when there is none. */
static char *response_text(struct calcom_fill *f, const struct calcom_booking *b, const char *key)
{
    for (size_t i = 0; i < ARRAY_LEN(b->responses); i++) {
        bool ok = true;
        char *text = calcom_text_response(json_get(b->responses[i], key), &ok);
        f->nomem |= !ok;
        if (text != NULL) {
            return text;
        }
    }
    return NULL;
}

void calcom_take_title(struct calcom_fill *f, const struct calcom_booking *b)
{
    calcom_take_member(f, FACT_TITLE, b->main, "title", CALCOM_TITLE_MAX);
    calcom_take_member(f, FACT_DESCRIPTION, b->main, "description", CALCOM_DESCRIPTION_MAX);
    calcom_take_member(f, FACT_DESCRIPTION, b->main, "additionalNotes", CALCOM_DESCRIPTION_MAX);
    char *notes = response_text(f, b, "notes");
    calcom_take(f, FACT_DESCRIPTION, notes, CALCOM_DESCRIPTION_MAX);
    free(notes);
}

const cJSON *calcom_first_attendee(const cJSON *attendees)
{
    const cJSON *first = NULL;
    if (!cJSON_IsArray(attendees)) {
        return NULL;
    }
    const cJSON *a = NULL;
    cJSON_ArrayForEach(a, attendees)
    {
        const char *email = json_text(a, "email");
        if (email != NULL && email[strspn(email, " \t\r\n")] != '\0') {
            return a;
        }
        if (first == NULL && cJSON_IsObject(a)) {
            first = a;
        }
    }
    return first;
}

/* A number wins over text that is none, wherever it stands: the form's phone field sends a lone
 * country code when it was left alone. */
static void take_phone(struct calcom_fill *f, const struct calcom_booking *b, const cJSON *attendee)
{
    char *said[] = {
        plain_text(f, b->main, "smsReminderNumber"), plain_text(f, attendee, "phoneNumber"),
        response_text(f, b, "attendeePhoneNumber"),  response_text(f, b, "phone"),
        response_text(f, b, "smsReminderNumber"),
    };
    for (size_t i = 0; i < ARRAY_LEN(said); i++) {
        char e164[PHONE_LEN];
        if (said[i] != NULL && phone_normalize(said[i], e164)) {
            calcom_take(f, FACT_PHONE, e164, CALCOM_TEXT_MAX);
        }
    }
    for (size_t i = 0; i < ARRAY_LEN(said); i++) {
        calcom_take(f, FACT_PHONE, said[i], CALCOM_TEXT_MAX);
        free(said[i]);
    }
}

void calcom_take_attendee(struct calcom_fill *f, const struct calcom_booking *b)
{
    const cJSON *a = calcom_first_attendee(json_get(b->main, "attendees"));
    calcom_take_person(f, FACT_EMAIL, json_text(a, "email"));
    /* Someone without an address gives way to the person who filled in the form. */
    const bool known = f->o->value[FACT_EMAIL] != NULL;
    if (known) {
        calcom_take(f, FACT_NAME, json_text(a, "name"), CALCOM_TEXT_MAX);
    }
    char *name = response_text(f, b, "name");
    calcom_take(f, FACT_NAME, name, CALCOM_TEXT_MAX);
    free(name);
    calcom_take(f, FACT_NAME, json_text(a, "name"), CALCOM_TEXT_MAX);
    char *email = response_text(f, b, "email");
    calcom_take_person(f, FACT_EMAIL, email);
    free(email);
    take_phone(f, b, a);
}

static void take_url(struct calcom_fill *f, const char *text)
{
    if (f->o->value[FACT_MEETING_URL] != NULL || text == NULL) {
        return;
    }
    bool ok = true;
    char *url = calcom_text_clean(text, URL_MAX_LEN + 1, &ok);
    f->nomem |= !ok;
    /* A link that was cut short leads nowhere, so a longer one is left out. */
    if (url != NULL && calcom_text_is_url(url) && strlen(url) <= URL_MAX_LEN) {
        f->o->value[FACT_MEETING_URL] = url;
        return;
    }
    free(url);
}

/* What Cal.com's form stores for "where" when no address was asked for: kinds of places, not
 * places. */
static bool is_kind_of_place(const char *text)
{
    static const char *const kinds[] = {"inPerson",    "attendeeInPerson", "somewhereElse",
                                        "link",        "userPhone",        "phone",
                                        "conferencing"};
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        if (strcmp(text, kinds[i]) == 0) {
            return true;
        }
    }
    return false;
}

void calcom_take_place(struct calcom_fill *f, const struct calcom_booking *b)
{
    bool ok = true;
    char *place = calcom_text_response(json_get(b->main, "location"), &ok);
    f->nomem |= !ok;
    if (place == NULL) {
        place = response_text(f, b, "location");
        if (place != NULL && is_kind_of_place(place)) {
            free(place);
            place = NULL;
        }
    }
    calcom_take(f, FACT_LOCATION, place, CALCOM_TEXT_MAX);
    take_url(f, json_text(b->main, "meetingUrl"));
    take_url(f, place);
    free(place);
    for (size_t i = 0; i < ARRAY_LEN(b->metadata); i++) {
        take_url(f, json_text(b->metadata[i], "videoCallUrl"));
    }
    take_url(f, json_text(json_get(b->main, "videoCallData"), "url"));
}

void calcom_take_price(struct calcom_fill *f, const cJSON *obj)
{
    int64_t price = 0;
    const char *currency = json_text(obj, "currency");
    if (currency == NULL || !json_int(obj, "price", &price) || price <= 0) {
        return;
    }
    char text[40];
    char code[4] = "";
    for (size_t i = 0; i < 3; i++) {
        if (!isascii(currency[i]) || !isalpha((unsigned char)currency[i])) {
            return;
        }
        code[i] = (char)toupper((unsigned char)currency[i]);
    }
    if (currency[3] != '\0') {
        return;
    }
    (void)snprintf(text, sizeof text, "%" PRId64 " %s", price, code);
    calcom_take(f, FACT_PRICE, text, CALCOM_TEXT_MAX);
}

/* A UUID in either case is one reference; what is none is kept, for staff to read why nothing was
 * linked. */
static void take_client_ref(struct calcom_fill *f, const char *raw)
{
    if (f->o->value[FACT_CLIENT_REF] != NULL) {
        return;
    }
    calcom_take(f, FACT_CLIENT_REF, raw, CALCOM_REF_MAX);
    char *text = f->o->value[FACT_CLIENT_REF];
    if (text != NULL && uuid_valid(text)) {
        calcom_text_lower(text);
    }
}

/* "A, b" and "a b" both say "a,b". A reference past the bound is left out whole. */
static void take_pet_refs(struct calcom_fill *f, const char *raw)
{
    static const char separators[] = ", \t\n\r;";
    if (f->o->value[FACT_PET_REFS] != NULL || raw == NULL) {
        return;
    }
    bool ok = true;
    char *text = calcom_text_clean(raw, 4 * (size_t)PET_REFS_MAX, &ok);
    char list[PET_REFS_MAX + 1] = "";
    size_t len = 0;
    char *rest = text;
    for (char *ref; rest != NULL && (ref = strtok_r(rest, separators, &rest)) != NULL;) {
        size_t n = strlen(ref);
        if (n > CALCOM_REF_MAX || len + n + 1 > PET_REFS_MAX) {
            continue;
        }
        if (uuid_valid(ref)) {
            calcom_text_lower(ref);
        }
        if (len > 0) {
            list[len++] = ',';
        }
        memcpy(list + len, ref, n + 1);
        len += n;
    }
    free(text);
    f->nomem |= !ok;
    calcom_take(f, FACT_PET_REFS, list, PET_REFS_MAX);
}

void calcom_take_refs(struct calcom_fill *f, const struct calcom_booking *b)
{
    for (size_t i = 0; i < ARRAY_LEN(b->metadata); i++) {
        char *client = scalar_text(f, b->metadata[i], "barkbookClientId");
        take_client_ref(f, client);
        free(client);
        char *pets = scalar_text(f, b->metadata[i], "barkbookPetId");
        take_pet_refs(f, pets);
        free(pets);
    }
}

void calcom_take_times(struct calcom_fill *f, int64_t start, int64_t end)
{
    if (start <= 0 || end <= start) {
        return;
    }
    char from[TIME_TEXT_LEN];
    char to[TIME_TEXT_LEN];
    char text[2 * TIME_TEXT_LEN];
    time_format(start, from);
    time_format(end, to);
    (void)snprintf(text, sizeof text, "%s/%s", from, to);
    calcom_take(f, FACT_TIMES, text, sizeof text);
}

void calcom_take_service_name(struct calcom_fill *f, const cJSON *obj, const char *key)
{
    bool ok = true;
    const char *name = json_text(obj, key);
    if (name != NULL && f->o->service_name == NULL) {
        f->o->service_name = calcom_text_clean(name, CALCOM_TEXT_MAX, &ok);
    }
    f->nomem = f->nomem || !ok;
}

void calcom_take_absence(struct calcom_fill *f, const cJSON *attendee, const char *key)
{
    bool absent = false;
    if (json_get(attendee, key) == NULL || !json_bool(attendee, key, &absent)) {
        return;
    }
    const char *raw = json_text(attendee, "email");
    if (raw == NULL || strlen(raw) > EMAIL_MAX_LEN || f->o->absent_count == CALCOM_ABSENTS_MAX) {
        return;
    }
    bool ok = true;
    char *email = calcom_text_clean(raw, CALCOM_TEXT_MAX, &ok);
    f->nomem |= !ok;
    if (email == NULL) {
        return;
    }
    calcom_text_lower(email);
    struct observation *o = f->o;
    struct obs_absent *grown = realloc(o->absents, (o->absent_count + 1) * sizeof *grown);
    if (grown == NULL) {
        f->nomem = true;
        free(email);
        return;
    }
    o->absents = grown;
    o->absents[o->absent_count++] = (struct obs_absent){.email = email, .absent = absent};
}

int64_t calcom_number(const cJSON *obj, const char *key)
{
    int64_t n = 0;
    return json_int(obj, key, &n) && n > 0 ? n : 0;
}

int64_t calcom_time(const cJSON *obj, const char *key)
{
    int64_t ms = 0;
    return json_time(obj, key, &ms) && ms > 0 ? ms : 0;
}
