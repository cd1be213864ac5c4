/*
 * message_fact.h: visits as the planner of texts sees them, with what became of the text about each
 * so far. Reads only; works on the connection it is given.
 */
#ifndef BARKBOOK_SALON_MESSAGE_FACT_H
#define BARKBOOK_SALON_MESSAGE_FACT_H

#include "base/buf.h"
#include "db/db.h"
#include "salon/message_plan.h"
#include "salon/message_setting.h"
#include "salon/message_template.h"

/* The row of the outbox about this visit at its present time. */
struct message_fact_row {
    const char *id; /* NULL: there is none */
    const char *state;
    const char *reason;
    int64_t due_at, latest_at, attempted_at;
};

/* Text is borrowed until the callback returns. */
struct message_fact {
    const char *event_id;
    const char *salon_id;
    const char *salon;
    const char *service;
    const char *client_id;
    const char *client_name, *client_surname;
    const char *pets; /* names, separated by \x1f; NULL: not known */
    struct message_visit visit;
    struct message_fact_row rows[MESSAGE_PLANNED];
};
typedef int message_fact_fn(const struct message_fact *f, void *arg, struct err *err);

/* Visits of a salon (NULL: all; those of none belong to each) that start in [from, to), by start,
 * then id. A negative value of each ends the reading and is returned. */
MUST_USE int message_facts(struct db *db, const char *salon_id, int64_t from, int64_t to,
                           message_fact_fn *each, void *arg, struct err *err);

/* One, by the appointment's id or one merged into it: 1 told, 0 there is none. */
MUST_USE int message_fact_get(struct db *db, const char *salon_id, const char *event_id,
                              message_fact_fn *each, void *arg, struct err *err);

/* A client without any visit: as one that has no start. 1 told, 0 there is none. */
MUST_USE int message_fact_client(struct db *db, const char *salon_id, const char *client_id,
                                 message_fact_fn *each, void *arg, struct err *err);

/* The text of a visit as it would be sent at now, folded when the salon wants that. tmpl NULL: the
 * settings' own of that kind. out: initialised by the caller. */
MUST_USE int message_fact_text(const struct message_fact *f, const struct message_settings *s,
                               enum message_kind kind, const char *tmpl, int64_t now,
                               struct buf *out, struct err *err);

#endif
