/*
 * photo.h: which photos belong to which visit. A row names files that are durable already
 * (photo_file.h); a file that no row names is collected. Bound to the actor's salon.
 */
#ifndef BARKBOOK_SALON_PHOTO_H
#define BARKBOOK_SALON_PHOTO_H

#include "base/uuid.h"
#include "db/db.h"
#include "salon/actor.h"
#include "salon/photo_file.h"

#define PHOTO_PER_VISIT 20

struct photo {
    char id[UUID_TEXT_LEN];
    char sha256[PHOTO_NAME_LEN];
    char thumb[PHOTO_NAME_LEN]; /* "": none */
    char kind[8];               /* before, after */
    int64_t created_at;
};

/* Is it this salon's visit? 1 yes, 0 no; consent: an owner of the pet has agreed to photos. */
MUST_USE int photo_visit(struct db *db, const struct actor *who, const char *visit_id,
                         bool *consent, struct err *err);

typedef int photo_fn(void *arg, const struct photo *p, struct err *err);
/* The photos of a visit, in the order they were taken. */
MUST_USE int photo_list(struct db *db, const char *visit_id, photo_fn *each, void *arg,
                        struct err *err);

/* 1 found, 0 there is none. */
MUST_USE int photo_get(struct db *db, const struct actor *who, const char *id, struct photo *out,
                       struct err *err);

/* Inside a job: the files must be durable. The same picture of the same kind again is the one there
 * is. ERR_NOT_FOUND: visit; ERR_UNPROCESSABLE: too many. */
MUST_USE int photo_add(struct db *db, const struct actor *who, const char *visit_id,
                       struct photo *p, struct err *err);
/* Inside a job. ERR_NOT_FOUND. The files go when the collection finds that nothing names them. */
MUST_USE int photo_remove(struct db *db, const struct actor *who, const char *id, struct err *err);

/* A photo_used_fn; arg is the struct db. */
int photo_used(void *arg, const char *sha256, struct err *err);

#endif
