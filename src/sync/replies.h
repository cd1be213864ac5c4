/*
 * replies.h: what clients answer, and what the carrier posts to us. "Tak" confirms the visit that
 * the client was written to about, "nie" asks the desk to call, STOP ends all texts to that number
 * and START begins them again; whatever else is written waits for a person. Where it cannot be told
 * which visit is meant, a person decides.
 */
#ifndef BARKBOOK_SYNC_REPLIES_H
#define BARKBOOK_SYNC_REPLIES_H

#include "base/uuid.h"
#include "db/writer.h"
#include "remote/twilio.h"

enum reply_answer { REPLY_YES, REPLY_NO, REPLY_STOP, REPLY_START, REPLY_OTHER, REPLY_ANSWERS };
const char *reply_answer_name(enum reply_answer a); /* yes, no, stop, start, other */

/* Only a text that says nothing else counts as one of the words. */
enum reply_answer reply_read(const char *body);

/* One message that came in: 1 it is new, 0 it was known by its sid. A writer_fn. */
struct reply_in {
    const char *sid;
    const char *from; /* E.164 */
    const char *body;
    const char *log_id; /* of the delivery; NULL: it was asked for */
    int64_t now;
    char event_id[UUID_TEXT_LEN]; /* out: the visit it is about, "" for none */
    enum reply_answer answer;     /* out */
};
writer_fn reply_in_job;

/* What the carrier posted, already authenticated, as a row of webhook_logs and what follows from
 * it, in one transaction. status: news about one of ours; else a message that came in. */
struct reply_post {
    const struct twilio_form *form;
    const char *raw; /* the body, for telling a repetition */
    size_t raw_len;
    bool status;
    int64_t now;
    char log_id[UUID_TEXT_LEN]; /* out */
    char action[16];            /* out */
};
writer_fn reply_post_job;

#endif
