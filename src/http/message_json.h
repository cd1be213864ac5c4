/*
 * message_json.h: texts as the pages get them: a line of a list, and what there is to say about the
 * texts of a visit.
 */
#ifndef BARKBOOK_HTTP_MESSAGE_JSON_H
#define BARKBOOK_HTTP_MESSAGE_JSON_H

#include "http/context.h"
#include "http/reply.h"
#include "salon/message.h"
#include "salon/message_fact.h"

/* One line, as an object of an array. */
void message_json(struct jw *w, const struct message_line *m);

/* The size of a text and its price: "size": {"segments","units","room","ucs2","price"}. */
void message_size_json(struct jw *w, const char *key, const char *text, int64_t segment_price);

/* "texts" of a visit: [{kind, state|null, reason|null, due_at, due_local, id}] for the kinds that
 * are wanted; null when nobody can send. */
void message_fact_json(struct jw *w, const char *key, const struct message_fact *f,
                       const struct message_settings *s, int64_t now);

/* The same for the visits of some time, kept until they are written. */
struct visit_texts;
MUST_USE int visit_texts_new(struct http_context *cx, struct db *db, const char *salon_id,
                             int64_t from, int64_t to, int64_t now, struct visit_texts **out,
                             struct err *err);
void visit_texts_free(struct visit_texts *t); /* accepts NULL */
DEFINE_CLEANUP(struct visit_texts *, visit_texts_free);
/* The member "texts" of the visit of that id. */
void visit_texts_json(struct jw *w, const struct visit_texts *t, const char *event_id);

#endif
