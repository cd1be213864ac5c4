/*
 * api_client_export.c: all that is known of one client as a ZIP file, for the client. Written while
 * it is read, on a connection of its own, so that a slow download holds up nobody.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/data_dir.h"
#include "base/log.h"
#include "base/zip.h"
#include "http/api.h"
#include "http/card_body.h"
#include "http/card_json.h"
#include "http/visit_json.h"
#include "salon/client_export.h"
#include "salon/photo_file.h"
#include "salon/session.h"

#define TEXT_MAX  ((size_t)64 << 20)
#define PHOTO_MAX ((size_t)32 << 20)

/* What the stream needs after its request is gone. */
struct download {
    struct db *db;
    const char *data_dir; /* the configuration's: lives longer */
    char id[UUID_TEXT_LEN];
    char language[3];
    int64_t now;
    struct zip zip;
};

static void download_free(void *arg)
{
    struct download *d = arg;
    if (d != NULL) {
        zip_done(&d->zip);
        db_close(d->db);
        free(d);
    }
}

static int to_stream(void *arg, const void *data, size_t n, struct err *err)
{
    return stream_write(arg, data, n) ? 0 : err_set(err, ERR_STOPPED, "the reader went away");
}

/* A photo whose file is gone is left out: the rest is the client's all the same. */
static int add_photo(void *arg, const char *sha256, const char *name, struct err *err)
{
    struct download *d = arg;
    CLEANUP(buf_done) struct buf photo;
    buf_init(&photo, PHOTO_MAX);
    int rc = photo_file_read(d->data_dir, sha256, &photo, err);
    return rc <= 0 ? rc : zip_add(&d->zip, name, photo.data, photo.len, err);
}

static int write_archive(struct download *d, struct err *err)
{
    CLEANUP(buf_done) struct buf text;
    buf_init(&text, TEXT_MAX);
    int rc = client_export_json(d->db, d->id, d->now, &text, err);
    if (rc >= 0) {
        rc = zip_add(&d->zip, "client.json", text.data, text.len, err);
    }
    buf_reset(&text);
    if (rc >= 0) {
        rc = client_export_html(d->db, d->id, d->now, d->language, &text, err);
    }
    if (rc >= 0) {
        rc = zip_add(&d->zip, "client.html", text.data, text.len, err);
    }
    if (rc >= 0) {
        rc = client_export_photos(d->db, d->id, add_photo, d, err);
    }
    return rc < 0 ? rc : zip_end(&d->zip, err);
}

static void run(struct http_stream *s, void *arg)
{
    struct download *d = arg;
    struct err err = {0};
    zip_init(&d->zip, d->now, to_stream, s);
    if (write_archive(d, &err) < 0 && err.code != ERR_STOPPED) {
        log_error("client_export_failed", "error=%s", err.msg);
    }
}

static int open_download(struct http_context *cx, const struct http_request *rq, struct download *d,
                         struct err *err)
{
    const struct actor who = request_actor(rq);
    char path[DATA_DIR_PATH_LEN];
    CLEANUP(client_done) struct client c = {0};
    d->data_dir = cx->config->server.data_dir;
    d->now = rq->now;
    (void)snprintf(d->language, sizeof d->language, "%s", rq->session->staff.language);
    int rc = data_dir_path(d->data_dir, DATA_DIR_DATABASE, path, err);
    if (rc >= 0) {
        rc = db_open(path, DB_READ, false, &d->db, err);
    }
    if (rc >= 0) {
        rc = card_load_client(d->db, &who, rq->params[0], &c, err);
    }
    if (rc >= 0) {
        memcpy(d->id, c.id, sizeof d->id);
    }
    return rc;
}

int api_client_export(struct http_context *cx, struct http_request *rq, struct reply *re,
                      struct err *err)
{
    char local[VISIT_LOCAL_LEN];
    struct download *d = calloc(1, sizeof *d);
    if (d == NULL) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    int rc = open_download(cx, rq, d, err);
    if (rc < 0) {
        download_free(d);
        return rc;
    }
    api_audit_note(cx, rq, "export", "client", d->id);
    visit_local_text(rq->now, local);
    re->type = "application/zip";
    re->stream = run;
    re->stream_arg = d;
    re->stream_done = download_free;
    /* No name in it: file names end up in logs and lists of downloads. */
    reply_header(re, "Content-Disposition", "attachment; filename=\"barkbook-client-%.10s.zip\"",
                 local);
    return 0;
}
