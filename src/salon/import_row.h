/*
 * import_row.h: one line of a card file: which column is what, and the fields as a client's and a
 * pet's card. Pure.
 */
#ifndef BARKBOOK_SALON_IMPORT_ROW_H
#define BARKBOOK_SALON_IMPORT_ROW_H

#include <stdint.h>

#include "base/csv.h"
#include "salon/card_input.h"
#include "salon/consent.h"

enum import_column {
    IMPORT_NAME,
    IMPORT_SURNAME,
    IMPORT_FULL_NAME, /* first word: name; the rest: surname */
    IMPORT_PHONE,
    IMPORT_EMAIL,
    IMPORT_ADDRESS,
    IMPORT_NOTES,
    IMPORT_PET_NAME,
    IMPORT_PET_TYPE,
    IMPORT_PET_BREED,
    IMPORT_PET_BIRTH,
    IMPORT_PET_ALLERGIES,
    IMPORT_PET_NOTES,
    IMPORT_SMS,
    IMPORT_GDPR,
    IMPORT_COLUMNS,
    IMPORT_OTHER = IMPORT_COLUMNS /* a column that is not ours */
};

struct import_header {
    enum import_column column[CSV_FIELDS_MAX];
    size_t count;
    char ignored[256]; /* names of columns that are not ours, ", " between; "" none */
};

/* Reads the first row: names in Polish or English, in any order. ERR_INVALID when it has no column
 * for the name, or two columns that mean the same. */
MUST_USE int import_header_read(const struct csv_row *row, struct import_header *out,
                                struct err *err);

/* A line as two cards, checked. Text is in client and pet. Large: on the heap. */
struct import_row {
    int line;
    struct client_values client; /* "" where nothing stands */
    struct pet_values pet;       /* name "": the line has no animal */
    bool has_pet;
    int64_t consent_at[CONSENT_COUNT]; /* 0: none, or no column; `now` for a mere yes */
    char shown[128];                   /* who it is, for the report */
};

/* ERR_INVALID begins with the field it is about ("phone: …", "pet_birth_date: …"). shown is set in
 * any case. */
MUST_USE int import_row_read(const struct import_header *h, const struct csv_row *csv, int64_t now,
                             struct import_row *out, struct err *err);

#endif
