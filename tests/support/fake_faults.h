/*
 * fake_faults.h: the list of faults a fake has been told, and what of it falls on a request.
 * Private to the fake, under its lock.
 */
#ifndef BARKBOOK_TESTS_FAKE_FAULTS_H
#define BARKBOOK_TESTS_FAKE_FAULTS_H

#include "fake_calcom.h"
#include "fake_http.h"
#include "fake_rows.h"

struct fake_faults {
    struct fake_fault *fault;
    size_t count, cap;
};

/* What falls on one request. */
struct fake_fate {
    struct fake_shape shape;
    int64_t skew_ms, late_ms;
    bool no_date;
    bool ends; /* ending decides the answer */
    struct fake_fault ending;
    bool spoils; /* the right answer is made, then spoiled */
    struct fake_fault spoiling;
};

void fake_faults_draw(struct fake_faults *f, const char *path, size_t request,
                      struct fake_fate *out);
/* The answer of a fault that ends the request. */
void fake_faults_end(const struct fake_fault *fault, const char *target, struct http_answer *a);
/* Spoils an answer that is ready. */
void fake_faults_spoil(const struct fake_fault *fault, struct http_answer *a);

/* Cal.com's error document. */
void fake_error(struct http_answer *a, int status, const char *code, const char *message,
                const char *target);

#endif
