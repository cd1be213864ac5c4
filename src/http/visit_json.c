/*
 * visit_json.c: from an agenda entry to JSON. Pure.
 */
#include "http/visit_json.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/phone.h"
#include "salon/placeholder.h"

#define PHONE_SHOWN_LEN 40

void visit_local_text(int64_t ms, char out[static VISIT_LOCAL_LEN])
{
    struct local_time t;
    char date[11];
    zone_local(ms, &t);
    date_format(t.date, date);
    (void)snprintf(out, VISIT_LOCAL_LEN, "%s %02u:%02u", date, (unsigned)t.hour % 100U,
                   (unsigned)t.minute % 100U);
}

static void clock_text(struct jw *w, const char *key, int64_t ms)
{
    char local[VISIT_LOCAL_LEN];
    visit_local_text(ms, local);
    jw_text(w, key, local + strlen("2026-11-23 "));
}

static void time_or_null(struct jw *w, const char *key, int64_t ms)
{
    if (ms > 0) {
        jw_time(w, key, ms);
    } else {
        jw_null(w, key);
    }
}

static void phone(struct jw *w, const char *number)
{
    char shown[PHONE_SHOWN_LEN];
    jw_text(w, "phone", number);
    if (number != NULL) {
        phone_display(number, shown, sizeof shown);
        jw_text(w, "phone_display", shown);
    } else {
        jw_null(w, "phone_display");
    }
}

static void people(struct jw *w, const struct agenda_entry *e)
{
    if (e->text[AGENDA_CLIENT_ID] == NULL) {
        jw_null(w, "client");
    } else {
        jw_object(w, "client");
        jw_text(w, "id", e->text[AGENDA_CLIENT_ID]);
        jw_text(w, "name", e->text[AGENDA_CLIENT_NAME]);
        jw_text(w, "surname", e->text[AGENDA_CLIENT_SURNAME]);
        phone(w, e->text[AGENDA_CLIENT_PHONE]);
        jw_end_object(w);
    }
    jw_object(w, "attendee");
    jw_text(w, "name", e->text[AGENDA_ATTENDEE_NAME]);
    const char *email = e->text[AGENDA_ATTENDEE_EMAIL];
    jw_text(w, "email", placeholder_read(email, NULL) ? NULL : email);
    phone(w, e->text[AGENDA_ATTENDEE_PHONE]);
    jw_end_object(w);
}

static void warning(struct jw *w, const char *kind, const struct agenda_pet *p,
                    enum agenda_pet_text which)
{
    const char *text = p->text[which];
    if (text == NULL || text[strspn(text, " \t\r\n")] == '\0') {
        return;
    }
    jw_object(w, NULL);
    jw_text(w, "kind", kind);
    jw_text(w, "pet", p->text[AGENDA_PET_NAME]);
    jw_text(w, "text", text);
    jw_end_object(w);
}

static void pets(struct jw *w, const struct agenda_entry *e)
{
    const struct agenda_pet *noted = NULL;
    jw_array(w, "pets");
    for (size_t i = 0; i < e->pet_count && e->pets[i].booked; i++) {
        const struct agenda_pet *p = &e->pets[i];
        jw_object(w, NULL);
        jw_text(w, "id", p->text[AGENDA_PET_ID]);
        jw_text(w, "name", p->text[AGENDA_PET_NAME]);
        jw_text(w, "type", p->text[AGENDA_PET_TYPE]);
        jw_text(w, "breed", p->text[AGENDA_PET_BREED]);
        jw_end_object(w);
        if (noted == NULL && p->text[AGENDA_PET_NOTE] != NULL) {
            noted = p;
        }
    }
    jw_end_array(w);
    /* All that is known of any of them, allergies first: also of pets that are only possible. */
    jw_array(w, "warnings");
    for (size_t i = 0; i < e->pet_count; i++) {
        warning(w, "allergy", &e->pets[i], AGENDA_PET_ALLERGIES);
    }
    for (size_t i = 0; i < e->pet_count; i++) {
        warning(w, "behaviour", &e->pets[i], AGENDA_PET_BEHAVIOUR);
        warning(w, "health", &e->pets[i], AGENDA_PET_HEALTH);
    }
    jw_end_array(w);
    if (noted == NULL) {
        jw_null(w, "last_note");
        return;
    }
    jw_object(w, "last_note");
    jw_text(w, "date", noted->text[AGENDA_PET_NOTE_DATE]);
    jw_text(w, "text", noted->text[AGENDA_PET_NOTE]);
    jw_end_object(w);
}

static void change(struct jw *w, const struct agenda_entry *e)
{
    static const char *const kinds[] =
        {[AGENDA_NEW] = "new", [AGENDA_MOVED] = "moved", [AGENDA_CANCELLED] = "cancelled"};
    if (e->change == AGENDA_SAME) {
        jw_null(w, "change");
        return;
    }
    jw_object(w, "change");
    jw_text(w, "kind", kinds[e->change]);
    jw_time(w, "at", e->change_at);
    if (e->change == AGENDA_MOVED) {
        char from[VISIT_LOCAL_LEN];
        visit_local_text(e->moved_from, from);
        jw_text(w, "from_local", from);
    } else {
        jw_null(w, "from_local");
    }
    jw_end_object(w);
}

void visit_json(struct jw *w, const struct agenda_entry *e)
{
    static const struct {
        const char *key;
        enum agenda_text text;
    } plain[] = {
        {"id", AGENDA_ID},
        {"uid", AGENDA_UID},
        {"title", AGENDA_TITLE},
        {"service", AGENDA_SERVICE},
        {"service_name", AGENDA_SERVICE_NAME},
        {"description", AGENDA_DESCRIPTION},
        {"status", AGENDA_STATUS},
        {"desk_status", AGENDA_DESK_STATUS},
        {"cancel_reason", AGENDA_CANCEL_REASON},
        {"cancelled_by", AGENDA_CANCELLED_BY},
        {"link_reason", AGENDA_LINK_REASON},
        {"link_source", AGENDA_LINK_SOURCE},
        {"currency", AGENDA_CURRENCY},
        {"location", AGENDA_LOCATION},
        {"meeting_url", AGENDA_MEETING_URL},
    };
    for (size_t i = 0; i < ARRAY_LEN(plain); i++) {
        jw_text(w, plain[i].key, e->text[plain[i].text]);
    }
    jw_time(w, "start", e->start);
    jw_time(w, "end", e->end);
    clock_text(w, "start_local", e->start);
    clock_text(w, "end_local", e->end);
    jw_int(w, "duration_minutes", e->duration_minutes);
    jw_bool(w, "awaiting_rebook", e->awaiting_rebook);
    if (e->price_minor >= 0) {
        jw_int(w, "price_minor", e->price_minor);
    } else {
        jw_null(w, "price_minor");
    }
    time_or_null(w, "desk_at", e->desk_at);
    people(w, e);
    pets(w, e);
    change(w, e);
    jw_time(w, "created_at", e->created_at);
    jw_time(w, "updated_at", e->updated_at);
}
