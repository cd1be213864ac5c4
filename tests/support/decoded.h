/*
 * decoded.h: a fixture, changed in one place if need be, through the decoder: what the decode_*
 * tests and the fuzz corpus share. Everything is freed by decoded_done.
 */
#ifndef BARKBOOK_TESTS_SUPPORT_DECODED_H
#define BARKBOOK_TESTS_SUPPORT_DECODED_H

#include "remote/calcom_decode.h"

#define RECEIVED_AT INT64_C(1796212800000) /* 2026-12-02T12:00:00.000Z */

struct decoded {
    int rc;
    struct delivery_head head;
    struct observation o;
    struct err err;
};
void decoded_done(struct decoded *d);
DEFINE_CLEANUP_REF(struct decoded, decoded_done);

/* One change to a document: value (JSON) at path ("payload.attendees.0.email"), objects on the way
 * made when missing; NULL value removes the member. */
struct change {
    const char *path;
    const char *value;
};

/* fixture: a file of tests/fixtures/calcom ("created.json"), a path, or JSON text. Changes are made
 * in order. */
struct decoded deliver(const char *fixture, const struct change *changes, size_t n);
/* The same for an API row; read_at as calcom_decode_row has it. A page's fixture is its first row.
 */
struct decoded read_row(const char *fixture, const struct change *changes, size_t n,
                        int64_t read_at);

/* deliver_with("created.json", {"payload.uid", NULL}, {"payload.price", "0"}) */
#define deliver_with(fixture, ...)                           \
    deliver((fixture), (const struct change[]){__VA_ARGS__}, \
            sizeof((const struct change[]){__VA_ARGS__}) / sizeof(struct change))
#define row_with(fixture, read_at, ...)                       \
    read_row((fixture), (const struct change[]){__VA_ARGS__}, \
             sizeof((const struct change[]){__VA_ARGS__}) / sizeof(struct change), (read_at))

int64_t at(const char *iso); /* the instant; the test stops when it is none */

/* Stops the test unless the fact says want (NULL: says nothing). */
#define says(d, fact, want) says_at(__LINE__, &(d), (fact), (want))
void says_at(int line, const struct decoded *d, enum fact fact, const char *want);

/* Stops the test unless it was refused as unprocessable with exactly this message. */
#define refused(d, message) refused_at(__LINE__, &(d), (message))
void refused_at(int line, const struct decoded *d, const char *message);

#endif
