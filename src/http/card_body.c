/*
 * card_body.c: see card_body.h. No state.
 */
#include "http/card_body.h"

#include <stdio.h>
#include <string.h>

#include "salon/pet.h"
#include "salon/session.h"

struct actor request_actor(const struct http_request *rq)
{
    return (struct actor){
        .staff_id = rq->session->staff.id,
        .salon_id = session_salon(rq->session),
        .now = rq->now,
    };
}

static int read_text(const cJSON *body, const char *key, const char **out, struct err *err)
{
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(body, key);
    if (value == NULL) {
        return 0;
    }
    if (cJSON_IsNull(value)) {
        *out = "";
        return 0;
    }
    if (!cJSON_IsString(value)) {
        return err_set(err, ERR_INVALID, "%s: text is needed", key);
    }
    *out = value->valuestring;
    return 0;
}

static int read_switch(const cJSON *body, const char *key, enum card_switch *out, struct err *err)
{
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(body, key);
    if (value == NULL || cJSON_IsNull(value)) {
        return 0;
    }
    if (!cJSON_IsBool(value)) {
        return err_set(err, ERR_INVALID, "%s: true or false is needed", key);
    }
    *out = cJSON_IsTrue(value) ? CARD_ON : CARD_OFF;
    return 0;
}

struct text_field {
    const char *key;
    const char **out;
};
struct switch_field {
    const char *key;
    enum card_switch *out;
};

static int read_all(const cJSON *body, const struct text_field *texts, size_t text_count,
                    const struct switch_field *switches, size_t switch_count, struct err *err)
{
    int rc = 0;
    for (size_t i = 0; i < text_count && rc == 0; i++) {
        rc = read_text(body, texts[i].key, texts[i].out, err);
    }
    for (size_t i = 0; i < switch_count && rc == 0; i++) {
        rc = read_switch(body, switches[i].key, switches[i].out, err);
    }
    return rc;
}

int card_body_client(const cJSON *body, struct client_input *out, struct err *err)
{
    struct client_input in = CLIENT_INPUT_EMPTY;
    const struct text_field texts[] = {
        {"name", &in.name},   {"surname", &in.surname}, {"phone", &in.phone},
        {"email", &in.email}, {"address", &in.address}, {"notes", &in.notes},
    };
    const struct switch_field switches[] = {
        {"gdpr_consent", &in.gdpr_consent},
        {"sms_consent", &in.sms_consent},
        {"photo_consent", &in.photo_consent},
        {"archived", &in.archived},
    };
    int rc = read_all(body, texts, ARRAY_LEN(texts), switches, ARRAY_LEN(switches), err);
    if (rc == 0) {
        *out = in;
    }
    return rc;
}

static int read_minutes(const cJSON *body, int64_t *out, struct err *err)
{
    static const char key[] = "default_duration_minutes";
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(body, key);
    int64_t minutes = CARD_NUMBER_LEAVE;
    if (cJSON_IsNull(value)) {
        *out = 0;
        return 0;
    }
    if (value != NULL && (!json_int(body, key, &minutes) || minutes < 0)) {
        return err_set(err, ERR_INVALID, "%s: a whole number of minutes is needed", key);
    }
    *out = minutes;
    return 0;
}

int card_body_pet(const cJSON *body, struct pet_input *out, struct err *err)
{
    struct pet_input in = PET_INPUT_EMPTY;
    const struct text_field texts[] = {
        {"name", &in.name},
        {"type", &in.type},
        {"breed", &in.breed},
        {"birth_date", &in.birth_date},
        {"health_issues", &in.health_issues},
        {"allergies", &in.allergies},
        {"behaviour", &in.behaviour},
        {"preferences", &in.preferences},
        {"notes", &in.notes},
        {"rabies_vaccinated_on", &in.rabies_vaccinated_on},
    };
    const struct switch_field switches[] = {{"deceased", &in.deceased}, {"archived", &in.archived}};
    int rc = read_all(body, texts, ARRAY_LEN(texts), switches, ARRAY_LEN(switches), err);
    if (rc == 0) {
        rc = read_minutes(body, &in.default_duration_minutes, err);
    }
    if (rc == 0) {
        *out = in;
    }
    return rc;
}

/* "name: …" about the pet at that place becomes "pets[1].name: …". */
static int at_place(int rc, size_t place, struct err *err)
{
    char said[sizeof err->msg];
    if (rc >= 0 || (err->code != ERR_INVALID && err->code != ERR_UNPROCESSABLE)) {
        return rc;
    }
    (void)snprintf(said, sizeof said, "%s", err->msg);
    return err_set(err, err->code, "pets[%zu].%s", place, said);
}

int card_body_pets(const cJSON *body, struct card_pets *out, struct err *err)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(body, "pets");
    out->count = 0;
    if (list == NULL || cJSON_IsNull(list)) {
        return 0;
    }
    if (!cJSON_IsArray(list)) {
        return err_set(err, ERR_INVALID, "pets: a list is needed");
    }
    const cJSON *one = NULL;
    cJSON_ArrayForEach(one, list)
    {
        if (out->count == CARD_PETS_MAX) {
            return err_set(err, ERR_INVALID, "pets: at most %d at once", CARD_PETS_MAX);
        }
        if (!cJSON_IsObject(one)) {
            return err_set(err, ERR_INVALID, "pets[%zu]: an object is needed", out->count);
        }
        int rc = card_body_pet(one, &out->pet[out->count], err);
        if (rc < 0) {
            return at_place(rc, out->count, err);
        }
        out->count++;
    }
    return 0;
}

int card_pets_add(struct db *db, const struct actor *who, const char *client_id,
                  struct card_pets *pets, struct err *err)
{
    for (size_t i = 0; i < pets->count; i++) {
        int rc = pet_add(db, who, client_id, &pets->pet[i], pets->id[i], err);
        if (rc < 0) {
            return at_place(rc, i, err);
        }
    }
    return 0;
}

int card_body_id(const cJSON *body, const char *key, bool required, const char **out,
                 struct err *err)
{
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(body, key);
    if (value == NULL || cJSON_IsNull(value)) {
        return required ? err_set(err, ERR_INVALID, "%s: is needed", key) : 0;
    }
    if (!cJSON_IsString(value) || value->valuestring[0] == '\0') {
        return err_set(err, ERR_INVALID, "%s: text is needed", key);
    }
    *out = value->valuestring;
    return 0;
}
