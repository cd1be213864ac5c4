/*
 * api_photos.c: photos of visits: sent in pieces that can be gone on with after a lost connection,
 * kept once they are whole, shown to whoever may see the visit. No state.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "http/api.h"
#include "salon/photo.h"
#include "salon/session.h"

#define UPLOAD_LEN 128

static struct actor actor_of(const struct http_request *rq)
{
    return (struct actor){.staff_id = rq->session->staff.id,
                          .salon_id = session_salon(rq->session),
                          .now = rq->now};
}

static void write_photo(struct jw *w, const struct photo *p)
{
    jw_object(w, NULL);
    jw_text(w, "id", p->id);
    jw_text(w, "kind", p->kind);
    jw_bool(w, "thumb", p->thumb[0] != '\0');
    jw_time(w, "created_at", p->created_at);
    jw_end_object(w);
}

static int write_one(void *arg, const struct photo *p, struct err *err)
{
    (void)err;
    write_photo(arg, p);
    return 0;
}

static int missing_visit(struct err *err)
{
    return err_set(err, ERR_NOT_FOUND, "there is no such visit");
}

int api_photos(struct http_context *cx, struct http_request *rq, struct reply *re, struct err *err)
{
    const struct actor who = actor_of(rq);
    struct db *db = NULL;
    struct jw w;
    bool consent = false;
    int rc = db_pool_take(cx->pool, &db, err);
    if (rc < 0) {
        return rc;
    }
    rc = photo_visit(db, &who, rq->params[0], &consent, err);
    if (rc > 0) {
        reply_json(re, 200, &w);
        jw_object(&w, NULL);
        jw_bool(&w, "consent", consent);
        jw_array(&w, "photos");
        rc = photo_list(db, rq->params[0], write_one, &w, err);
        jw_end_array(&w);
        jw_end_object(&w);
        rc = rc < 0 ? rc : 1;
    }
    db_pool_give(cx->pool, db);
    if (rc == 0) {
        return missing_visit(err);
    }
    return rc < 0 ? rc : reply_json_end(re, err);
}

/* Is it a visit of this person's salon, and the upload's name one? The name of its part in out. */
static int find_upload(struct http_context *cx, const struct http_request *rq,
                       char out[static UPLOAD_LEN], struct err *err)
{
    const struct actor who = actor_of(rq);
    struct db *db = NULL;
    bool consent = false;
    int rc = db_pool_take(cx->pool, &db, err);
    if (rc < 0) {
        return rc;
    }
    rc = photo_visit(db, &who, rq->params[0], &consent, err);
    db_pool_give(cx->pool, db);
    if (rc <= 0) {
        return rc < 0 ? rc : missing_visit(err);
    }
    (void)snprintf(out, UPLOAD_LEN, "%s-%s", rq->params[0], rq->params[1]);
    if (strlen(rq->params[1]) > 40 || !photo_upload_valid(out)) {
        return err_set(err, ERR_INVALID, "the upload's name: letters, digits and dashes");
    }
    return 0;
}

static int answer_upload(struct reply *re, int status, int64_t received, const char *sha256,
                         struct err *err)
{
    struct jw w;
    reply_json(re, status, &w);
    jw_object(&w, NULL);
    jw_int(&w, "received", received);
    jw_text(&w, "sha256", sha256);
    jw_end_object(&w);
    return reply_json_end(re, err);
}

int api_upload(struct http_context *cx, struct http_request *rq, struct reply *re, struct err *err)
{
    char name[UPLOAD_LEN];
    int64_t received = 0;
    int rc = find_upload(cx, rq, name, err);
    if (rc >= 0) {
        rc = photo_part_size(cx->config->server.data_dir, name, &received, err);
    }
    return rc < 0 ? rc : answer_upload(re, 200, received, NULL, err);
}

static int read_place(const struct http_context *cx, const struct http_request *rq, int64_t *offset,
                      int64_t *size, struct err *err)
{
    int64_t max = cx->config->limits.photo_max;
    int rc = request_query_int(rq, "size", 1, INT64_MAX, size, err);
    if (rc >= 0 && *size > max) {
        return err_set(err, ERR_TOO_LARGE, "a photo may have %lld bytes", (long long)max);
    }
    if (rc >= 0) {
        rc = request_query_int(rq, "offset", 0, max, offset, err);
    }
    if (rc >= 0 && (*size < 1 || *offset > *size)) {
        return err_set(err, ERR_INVALID, "size and offset are needed");
    }
    return rc < 0 ? rc : 0;
}

int api_upload_add(struct http_context *cx, struct http_request *rq, struct reply *re,
                   struct err *err)
{
    const char *dir = cx->config->server.data_dir;
    char name[UPLOAD_LEN];
    char sha256[PHOTO_NAME_LEN];
    int64_t size = 0;
    int64_t offset = 0;
    int64_t received = 0;
    CLEANUP(buf_done) struct buf bytes;
    buf_init(&bytes, rq->route->body_max);
    int rc = find_upload(cx, rq, name, err);
    if (rc >= 0) {
        rc = read_place(cx, rq, &offset, &size, err);
    }
    if (rc >= 0) {
        rc = request_body(rq, rq->route->body_max, &bytes, err);
    }
    if (rc >= 0 && (int64_t)bytes.len > size - offset) {
        rc = err_set(err, ERR_INVALID, "more bytes than were announced");
    }
    if (rc >= 0) {
        rc = photo_part_add(dir, name, offset, bytes.data, bytes.len, &received, err);
    }
    if (rc < 0) {
        return rc;
    }
    if (rc > 0) {
        return answer_upload(re, 409, received, NULL, err);
    }
    if (received < size) {
        return answer_upload(re, 200, received, NULL, err);
    }
    rc = photo_part_finish(dir, name, sha256, err);
    return rc < 0 ? rc : answer_upload(re, 201, received, sha256, err);
}

struct adding {
    struct actor who;
    const char *visit_id;
    struct photo photo;
};

static int add_job(struct db *db, void *arg, struct err *err)
{
    struct adding *a = arg;
    return photo_add(db, &a->who, a->visit_id, &a->photo, err);
}

/* Names a file that lies there, or fails with the field. */
static int file_member(struct http_context *cx, const cJSON *body, const char *key,
                       char out[static PHOTO_NAME_LEN], struct err *err)
{
    const char *text = json_text(body, key);
    if (text == NULL || !photo_name_valid(text)) {
        return err_set(err, ERR_INVALID, "%s: is needed", key);
    }
    int rc = photo_file_keep(cx->config->server.data_dir, text, err);
    if (rc == 0) {
        return err_set(err, ERR_UNPROCESSABLE, "%s: this file has not come", key);
    }
    (void)snprintf(out, PHOTO_NAME_LEN, "%s", text);
    return rc < 0 ? rc : 0;
}

int api_photo_add(struct http_context *cx, struct http_request *rq, struct reply *re,
                  struct err *err)
{
    struct adding a = {.who = actor_of(rq), .visit_id = rq->params[0]};
    const char *kind = json_text(rq->json, "kind");
    if (kind == NULL || (strcmp(kind, "before") != 0 && strcmp(kind, "after") != 0)) {
        return err_set(err, ERR_INVALID, "kind: before or after");
    }
    (void)snprintf(a.photo.kind, sizeof a.photo.kind, "%s", kind);
    a.photo.created_at = rq->now;
    int rc = file_member(cx, rq->json, "sha256", a.photo.sha256, err);
    if (rc >= 0) {
        rc = file_member(cx, rq->json, "thumb_sha256", a.photo.thumb, err);
    }
    if (rc >= 0) {
        rc = writer_run(cx->writer, add_job, &a, err);
    }
    if (rc < 0) {
        return rc;
    }
    struct jw w;
    reply_json(re, rc == 0 ? 201 : 200, &w);
    write_photo(&w, &a.photo);
    return reply_json_end(re, err);
}

static int find_photo(struct http_context *cx, const struct http_request *rq, struct photo *out,
                      struct err *err)
{
    const struct actor who = actor_of(rq);
    struct db *db = NULL;
    int rc = db_pool_take(cx->pool, &db, err);
    if (rc < 0) {
        return rc;
    }
    rc = photo_get(db, &who, rq->params[0], out, err);
    db_pool_give(cx->pool, db);
    return rc == 0 ? err_set(err, ERR_NOT_FOUND, "there is no such photo") : rc;
}

/* The bytes as they are: never anything but a picture, and nothing a page could run. */
static int answer_file(struct http_context *cx, const char *sha256, struct reply *re,
                       struct err *err)
{
    int rc = photo_file_read(cx->config->server.data_dir, sha256, &re->body, err);
    if (rc == 0) {
        return err_set(err, ERR_NOT_FOUND, "the file of this photo is gone");
    }
    if (rc < 0) {
        return rc;
    }
    re->type = "image/jpeg";
    re->cache = "private, max-age=31536000, immutable";
    reply_header(re, "Content-Disposition", "inline");
    reply_header(re, "Content-Security-Policy", "sandbox");
    return 0;
}

int api_photo(struct http_context *cx, struct http_request *rq, struct reply *re, struct err *err)
{
    struct photo p;
    int rc = find_photo(cx, rq, &p, err);
    return rc < 0 ? rc : answer_file(cx, p.sha256, re, err);
}

int api_photo_thumb(struct http_context *cx, struct http_request *rq, struct reply *re,
                    struct err *err)
{
    struct photo p;
    int rc = find_photo(cx, rq, &p, err);
    return rc < 0 ? rc : answer_file(cx, p.thumb[0] != '\0' ? p.thumb : p.sha256, re, err);
}

struct removing {
    struct actor who;
    const char *id;
};

static int remove_job(struct db *db, void *arg, struct err *err)
{
    const struct removing *r = arg;
    return photo_remove(db, &r->who, r->id, err);
}

int api_photo_remove(struct http_context *cx, struct http_request *rq, struct reply *re,
                     struct err *err)
{
    struct removing r = {.who = actor_of(rq), .id = rq->params[0]};
    int rc = writer_run(cx->writer, remove_job, &r, err);
    re->status = 204;
    return rc < 0 ? rc : 0;
}
