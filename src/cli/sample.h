/*
 * sample.h: made-up deliveries in Cal.com's shape, for the demo and for trying the webhook out.
 */
#ifndef BARKBOOK_CLI_SAMPLE_H
#define BARKBOOK_CLI_SAMPLE_H

#include <stdint.h>

#include "base/buf.h"

#define SAMPLE_SALON    "Salon Łapka"
#define SAMPLE_ADDRESS  "ul. Psia 7, 30-001 Kraków"
#define SAMPLE_USERNAME "salon-lapka"

struct sample_service {
    const char *title, *slug;
    int minutes;
    int64_t price_minor;
};

/* What a delivery says. Text is borrowed until it is written. */
struct sample_booking {
    int64_t start, end;
    const char *uid;
    const char *previous_uid; /* NULL: no reschedule */
    int64_t number;
    const struct sample_service *service;
    const char *name, *phone, *email; /* of the attendee; phone and e-mail may be NULL */
    const char *client_id, *pet_ids;  /* metadata; NULL: none */
    const char *notes;
    const char *reason; /* of a cancellation; NULL: none */
};

/* Appends the body of a delivery. trigger: BOOKING_CREATED, BOOKING_REQUESTED, BOOKING_RESCHEDULED,
 * BOOKING_CANCELLED, BOOKING_NO_SHOW_UPDATED or MEETING_ENDED (flat). sent_at goes into the
 * envelope. */
void sample_write(struct buf *out, const char *trigger, int64_t sent_at,
                  const struct sample_booking *b);

#endif
