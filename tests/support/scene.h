/*
 * scene.h: a salon with two clients and their dogs, deliveries and rows put into it in a few words,
 * and questions to the database. For tests of sync; one scene at a time.
 *
 * Jan (jan@example.pl, +48600100200) has Burek; Ewa (ewa@example.pl, +48600100300) has Luna and
 * Fafik.
 */
#ifndef BARKBOOK_TESTS_SCENE_H
#define BARKBOOK_TESTS_SCENE_H

#include <stdint.h>

#include "base/clock.h"
#include "base/util.h"
#include "sync/apply.h"
#include "sync/inbox.h"

#define SCENE_GRACE (15 * CLOCK_MINUTE)

extern int64_t scene_now; /* 2026-11-22T12:00:00Z at first; tests move it */

void scene_open(void);
void scene_close(void);

/* One delivery: times are "09:00:00" of 22 November for sent, "23T13:00" of November for start, an
 * hour long; more is further members of the payload, each with a comma before it. */
struct inbox_result scene_send(const char *trigger, const char *sent, const char *uid,
                               const char *start, const char *more);

/* One row of the API, read at scene_now: updated like sent above; more as above. */
struct apply_result scene_read(const char *status, const char *updated, const char *uid,
                               const char *start, const char *more);
/* The API answered 404 at scene_now. */
struct apply_result scene_missed(const char *uid);

/* Stops the test unless the query answers so: columns joined by |, rows by ;, NULL as "-". */
#define scene_expect(answer, query) scene_expect_at(__LINE__, (answer), (query))
void scene_expect_at(int line, const char *answer, const char *query);

void scene_do(const char *fmt, ...); /* SQL; %Q quotes */

#endif
