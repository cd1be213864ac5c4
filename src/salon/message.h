/*
 * message.h: text messages as staff see them: lists, what waits for a person, and what a person
 * may do: write, take back, tick off. Sending is sync/outbox.h's business.
 *
 * Reads work on the connection they are given; functions called ..._job are writer_fn.
 */
#ifndef BARKBOOK_SALON_MESSAGE_H
#define BARKBOOK_SALON_MESSAGE_H

#include "base/uuid.h"
#include "db/writer.h"
#include "salon/message_plan.h"

/* Text is borrowed until the callback returns; NULL where there is none. */
struct message_line {
    const char *id, *direction, *kind, *state, *reason;
    const char *event_id, *client_id, *client_name, *client_surname;
    const char *pets; /* of the visit, separated by \x1f */
    const char *phone, *body, *error, *answer, *by, *handled_by;
    int64_t start, due_at, attempted_at, handled_at, created_at, updated_at;
    int64_t segments, error_code; /* 0: none */
    bool current; /* it speaks of a visit that is still on at that time, or of none */
};
typedef int message_fn(const struct message_line *m, void *arg, struct err *err);

enum message_group { MESSAGE_ALL, MESSAGE_WAITING, MESSAGE_OUT, MESSAGE_IN, MESSAGE_GROUPS };
const char *message_group_name(enum message_group g); /* all, planned, sent, received */

struct message_filter {
    const char *salon_id;  /* NULL: all */
    const char *client_id; /* NULL: anybody */
    enum message_group group;
    const char *before; /* id of a row: only older ones; NULL: from the newest */
    int64_t limit;
    int64_t now;
};

/* Newest first, the planned ones by when they are due. ERR_NOT_FOUND for an unknown before. */
MUST_USE int message_list(struct db *db, const struct message_filter *f, message_fn *each,
                          void *arg, struct err *err);

/* What waits for a person: texts that did not arrive, of visits that are still to come, and answers
 * that nobody has seen to. Newest first. */
MUST_USE int message_calls(struct db *db, const char *salon_id, int64_t now, message_fn *each,
                           void *arg, struct err *err);

/* Ticked off (or, undo, on again). ERR_NOT_FOUND. */
struct message_handle {
    const char *id, *salon_id, *staff_id;
    bool undo;
    int64_t now;
};
writer_fn message_handle_job;

/* A planned text is taken back, and stays so whatever happens to its visit's card; undo: it is
 * planned anew. ERR_CONFLICT when it is on its way already. */
struct message_take_back {
    const char *id, *salon_id;
    bool undo;
    int64_t now;
};
writer_fn message_take_back_job;

/* A text in a person's own words, to clients. Each is looked at again when it is sent. */
struct message_written {
    const char *client_id;
    const char *event_id; /* NULL: about none */
    const char *body;
};
struct message_write {
    const char *batch_id; /* made by the page: pressing twice sends once */
    const char *staff_id;
    enum message_kind kind;
    const struct message_written *list;
    size_t count;
    int64_t due_at, latest_at;
    int64_t now;
    size_t written; /* out: those that are new */
};
writer_fn message_write_job;

#endif
