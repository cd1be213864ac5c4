/*
 * client_export.h: all that is known of one client, for the client: as JSON for programs and as
 * HTML for people, which opens in any browser without anything else. Reads only; whose card it is
 * has been checked.
 */
#ifndef BARKBOOK_SALON_CLIENT_EXPORT_H
#define BARKBOOK_SALON_CLIENT_EXPORT_H

#include "base/buf.h"
#include "db/db.h"

#define CLIENT_EXPORT_VERSION 1

/* language: of the headings, "pl" or "en". out is initialised; its failed flag is looked at. */
MUST_USE int client_export_json(struct db *db, const char *client_id, int64_t now, struct buf *out,
                                struct err *err);
MUST_USE int client_export_html(struct db *db, const char *client_id, int64_t now,
                                const char *language, struct buf *out, struct err *err);

/* The photos of the client's pets: SHA-256 and name in the archive ("photos/2026-11-22 Burek …").
 */
typedef int client_photo_fn(void *arg, const char *sha256, const char *name, struct err *err);
MUST_USE int client_export_photos(struct db *db, const char *client_id, client_photo_fn *each,
                                  void *arg, struct err *err);

#endif
