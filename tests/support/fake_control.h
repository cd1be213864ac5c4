/*
 * fake_control.h: the fake's back door, /_control/…, for tests in other languages. Answers JSON.
 * Private to the fake.
 *
 *   people                                  the salons, clients and pets the model knows
 *   make?n=&days=&back=&silent=1            n bookings with starts from `back` days ago to `days`
 * ahead change?n=&silent=1                      changes n bookings: moves, cancellations, edits,
 * no-shows do?what=&uid=&start=&silent=1           one step: book, confirm, reject, reschedule,
 * request (a move that waits), cancel, ask-rebook, absent, present, location, title, vanish;
 * answers with the booking as an API row history?seed=&profile=plain|wild|api    a random history
 * (moves the clock on: not with --real-time) fault?kind=&number=&after=&times=&path= see enum
 * fake_fault_kind; fault?kind=none clears all clock?advance=MS deliveries?from=N what Cal.com would
 * have sent: [{trigger, uid, sentAt, body}] truth?grace=MS                          the
 * appointments as they must be requests?clear=1                        the API requests so far:
 * [{atMs, target, status, rows}]
 */
#ifndef BARKBOOK_TESTS_FAKE_CONTROL_H
#define BARKBOOK_TESTS_FAKE_CONTROL_H

#include "fake_calcom.h"
#include "fake_http.h"

void fake_control(struct fake *f, const struct http_request *r, struct http_answer *a);

#endif
