/*
 * card_input.c: see card_input.h. Pure.
 */
#include "salon/card_input.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "salon/field.h"

static int check_phone(const char *typed, char out[static PHONE_LEN], struct err *err)
{
    char text[65];
    int rc = field_text("phone", typed, 64, false, false, text, sizeof text, err);
    if (rc < 0) {
        return rc;
    }
    out[0] = '\0';
    if (text[0] != '\0' && !phone_normalize(text, out)) {
        return err_set(err, ERR_INVALID,
                       "phone: not a phone number: nine digits, or + and the country's code first");
    }
    return 0;
}

static int check_email(const char *typed, char *out, size_t out_len, struct err *err)
{
    int rc = field_text("email", typed, CARD_EMAIL_MAX, false, false, out, out_len, err);
    if (rc == 0 && out[0] != '\0' && !text_email_valid(out)) {
        return err_set(err, ERR_INVALID, "email: not an e-mail address");
    }
    return rc;
}

int client_input_check(const struct client_input *in, bool is_new, struct client_values *out,
                       struct err *err)
{
    bool named = is_new || in->name != NULL;
    int rc =
        field_text("name", in->name, CARD_NAME_MAX, named, false, out->name, sizeof out->name, err);
    if (rc == 0) {
        rc = field_text("surname", in->surname, CARD_NAME_MAX, false, false, out->surname,
                        sizeof out->surname, err);
    }
    if (rc == 0) {
        rc = check_phone(in->phone, out->phone, err);
    }
    if (rc == 0) {
        rc = check_email(in->email, out->email, sizeof out->email, err);
    }
    if (rc == 0) {
        rc = field_text("address", in->address, CARD_ADDRESS_MAX, false, true, out->address,
                        sizeof out->address, err);
    }
    if (rc == 0) {
        rc = field_text("notes", in->notes, CARD_NOTES_MAX, false, true, out->notes,
                        sizeof out->notes, err);
    }
    return rc;
}

static bool later(struct local_date a, struct local_date b)
{
    if (a.year != b.year) {
        return a.year > b.year;
    }
    return a.month != b.month ? a.month > b.month : a.day > b.day;
}

static int check_date(const char *name, const char *typed, int64_t now, char out[static 11],
                      struct err *err)
{
    char text[33];
    struct local_date date;
    struct local_time today;
    int rc = field_text(name, typed, 32, false, false, text, sizeof text, err);
    out[0] = '\0';
    if (rc < 0 || text[0] == '\0') {
        return rc;
    }
    if (!date_parse(text, &date)) {
        return err_set(err, ERR_INVALID, "%s: not a date: year-month-day, as 2021-05-01", name);
    }
    zone_local(now, &today);
    if (later(date, today.date)) {
        return err_set(err, ERR_INVALID, "%s: must not lie in the future", name);
    }
    date_format(date, out);
    return 0;
}

static int check_type(const char *typed, char *out, size_t out_len, struct err *err)
{
    static const char *const types[] = {"dog", "cat", "other"};
    char text[33];
    int rc = field_text("type", typed, 32, false, false, text, sizeof text, err);
    if (rc < 0) {
        return rc;
    }
    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        if (strcmp(text, types[i]) == 0 || (text[0] == '\0' && i == 0)) {
            memcpy(out, types[i], strlen(types[i]) + 1 < out_len ? strlen(types[i]) + 1 : out_len);
            return 0;
        }
    }
    return err_set(err, ERR_INVALID, "type: dog, cat or other");
}

static int check_texts(const struct pet_input *in, struct pet_values *out, struct err *err)
{
    const struct {
        const char *name;
        const char *typed;
        size_t max;
        bool lines;
        char *out;
        size_t out_len;
    } texts[] = {
        {"breed", in->breed, CARD_BREED_MAX, false, out->breed, sizeof out->breed},
        {"health_issues", in->health_issues, CARD_SHORT_MAX, true, out->health_issues,
         sizeof out->health_issues},
        {"allergies", in->allergies, CARD_SHORT_MAX, true, out->allergies, sizeof out->allergies},
        {"behaviour", in->behaviour, CARD_SHORT_MAX, true, out->behaviour, sizeof out->behaviour},
        {"preferences", in->preferences, CARD_SHORT_MAX, true, out->preferences,
         sizeof out->preferences},
        {"notes", in->notes, CARD_NOTES_MAX, true, out->notes, sizeof out->notes},
    };
    int rc = 0;
    for (size_t i = 0; i < ARRAY_LEN(texts) && rc == 0; i++) {
        rc = field_text(texts[i].name, texts[i].typed, texts[i].max, false, texts[i].lines,
                        texts[i].out, texts[i].out_len, err);
    }
    return rc;
}

int pet_input_check(const struct pet_input *in, bool is_new, int64_t now, struct pet_values *out,
                    struct err *err)
{
    bool named = is_new || in->name != NULL;
    int64_t minutes = in->default_duration_minutes;
    int rc =
        field_text("name", in->name, CARD_NAME_MAX, named, false, out->name, sizeof out->name, err);
    if (rc == 0) {
        rc = check_type(in->type, out->type, sizeof out->type, err);
    }
    if (rc == 0) {
        rc = check_texts(in, out, err);
    }
    if (rc == 0) {
        rc = check_date("birth_date", in->birth_date, now, out->birth_date, err);
    }
    if (rc == 0) {
        rc = check_date("rabies_vaccinated_on", in->rabies_vaccinated_on, now,
                        out->rabies_vaccinated_on, err);
    }
    if (rc == 0 && minutes > 0 && (minutes < CARD_DURATION_MIN || minutes > CARD_DURATION_MAX)) {
        rc = err_set(err, ERR_INVALID, "default_duration_minutes: %d to %d minutes",
                     CARD_DURATION_MIN, CARD_DURATION_MAX);
    }
    return rc;
}
