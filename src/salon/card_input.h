/*
 * card_input.h: what somebody wants on a client's or a pet's card, checked before it is stored.
 * Errors begin with the field's name: "phone: not a phone number …". Pure.
 */
#ifndef BARKBOOK_SALON_CARD_INPUT_H
#define BARKBOOK_SALON_CARD_INPUT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/phone.h"

#define CARD_NAME_MAX    80 /* code points */
#define CARD_EMAIL_MAX   254
#define CARD_ADDRESS_MAX 300
#define CARD_BREED_MAX   80
#define CARD_NOTES_MAX   4000
#define CARD_SHORT_MAX   1000 /* allergies, health, behaviour, preferences */

#define CARD_DURATION_MIN 5 /* minutes */
#define CARD_DURATION_MAX 720

/* A switch that may be left as it is. */
enum card_switch { CARD_LEAVE = -1, CARD_OFF = 0, CARD_ON = 1 };

#define CARD_NUMBER_LEAVE INT64_C(-1)

/* NULL text is left as it is (in a new card: empty); "" clears. Borrowed. */
struct client_input {
    const char *name;
    const char *surname;
    const char *phone; /* as typed */
    const char *email;
    const char *address;
    const char *notes;
    enum card_switch gdpr_consent;
    enum card_switch sms_consent;
    enum card_switch photo_consent;
    enum card_switch archived;
};
#define CLIENT_INPUT_EMPTY                                                                  \
    {                                                                                       \
        .gdpr_consent = CARD_LEAVE, .sms_consent = CARD_LEAVE, .photo_consent = CARD_LEAVE, \
        .archived = CARD_LEAVE                                                              \
    }

struct pet_input {
    const char *name;
    const char *type; /* dog, cat or other */
    const char *breed;
    const char *birth_date; /* 2021-05-01 */
    const char *health_issues;
    const char *allergies;
    const char *behaviour;
    const char *preferences;
    const char *notes;
    const char *rabies_vaccinated_on;
    int64_t default_duration_minutes; /* CARD_NUMBER_LEAVE; 0 clears */
    enum card_switch deceased;
    enum card_switch archived;
};
#define PET_INPUT_EMPTY                                                        \
    {                                                                          \
        .default_duration_minutes = CARD_NUMBER_LEAVE, .deceased = CARD_LEAVE, \
        .archived = CARD_LEAVE                                                 \
    }

/* The text of an input, trimmed and checked; "" where it is left or cleared. A few ten KB: on the
 * heap, or on the writer's stack. */
struct client_values {
    char name[4 * CARD_NAME_MAX + 1];
    char surname[4 * CARD_NAME_MAX + 1];
    char phone[PHONE_LEN]; /* E.164 */
    char email[4 * CARD_EMAIL_MAX + 1];
    char address[4 * CARD_ADDRESS_MAX + 1];
    char notes[4 * CARD_NOTES_MAX + 1];
};
MUST_USE int client_input_check(const struct client_input *in, bool is_new,
                                struct client_values *out, struct err *err);

struct pet_values {
    char name[4 * CARD_NAME_MAX + 1];
    char type[8];
    char breed[4 * CARD_BREED_MAX + 1];
    char birth_date[11];
    char health_issues[4 * CARD_SHORT_MAX + 1];
    char allergies[4 * CARD_SHORT_MAX + 1];
    char behaviour[4 * CARD_SHORT_MAX + 1];
    char preferences[4 * CARD_SHORT_MAX + 1];
    char notes[4 * CARD_NOTES_MAX + 1];
    char rabies_vaccinated_on[11];
};
/* now (ms): no date may lie after the salon's today. */
MUST_USE int pet_input_check(const struct pet_input *in, bool is_new, int64_t now,
                             struct pet_values *out, struct err *err);

#endif
