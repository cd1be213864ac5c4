/*
 * assets.c: serves the pages. No state. It must never open a file outside --web-dir: names are
 * letters, digits, '-', '_' and inner dots, opened part by part without following links.
 */
#include "http/assets.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "http/asset_table.h"

#define PAGE_MAX ((size_t)8 << 20)

const char *asset_type(const char *path)
{
    static const struct {
        const char *end;
        const char *type;
    } types[] = {
        {".html", "text/html; charset=utf-8"},
        {".css", "text/css; charset=utf-8"},
        {".js", "text/javascript; charset=utf-8"},
        {".mjs", "text/javascript; charset=utf-8"},
        {".json", "application/json; charset=utf-8"},
        {".svg", "image/svg+xml"},
        {".png", "image/png"},
        {".ico", "image/x-icon"},
        {".webmanifest", "application/manifest+json"},
        {".woff2", "font/woff2"},
        {".txt", "text/plain; charset=utf-8"},
    };
    size_t n = strlen(path);
    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        size_t m = strlen(types[i].end);
        if (n > m && strcmp(path + n - m, types[i].end) == 0) {
            return types[i].type;
        }
    }
    return "application/octet-stream";
}

static int by_path(const void *key, const void *item)
{
    return strcmp(key, ((const struct asset *)item)->path);
}

static int from_table(struct http_request *rq, const char *path, struct reply *re, struct err *err)
{
    const struct asset *a = bsearch(path, assets, asset_count, sizeof assets[0], by_path);
    if (a == NULL) {
        return err_set(err, ERR_NOT_FOUND, "no such page");
    }
    char version[40];
    bool named = request_query(rq, "v", version, sizeof version, NULL) == 1 &&
                 strcmp(version, asset_version) == 0;
    re->kind = REPLY_PAGE;
    re->type = asset_type(path);
    re->cache = named ? "public, max-age=31536000, immutable" : "no-cache";
    reply_header(re, "Vary", "Accept-Encoding");
    if (a->gzip != NULL && header_list_has(request_header(rq, "Accept-Encoding"), "gzip")) {
        re->fixed = a->gzip;
        re->fixed_len = a->gzip_len;
        reply_header(re, "Content-Encoding", "gzip");
    } else {
        re->fixed = a->raw;
        re->fixed_len = a->raw_len;
    }
    reply_etag(re, rq, a->etag);
    return 0;
}

static bool plain_name(const char *part)
{
    return part[0] != '.' &&
           strspn(part, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") ==
               strlen(part);
}

/* A descriptor of the file, -1 when there is none. */
static int open_page(const char *dir, const char *const *parts, size_t count)
{
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    for (size_t i = 0; i < count && fd >= 0; i++) {
        int flags = O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK;
        int next = plain_name(parts[i])
                       ? openat(fd, parts[i], flags | (i + 1 < count ? O_DIRECTORY : 0))
                       : -1;
        (void)close(fd);
        fd = next;
    }
    return fd;
}

static int from_folder(const char *dir, struct http_request *rq, const char *path, struct reply *re,
                       struct err *err)
{
    static const char *const shell[] = {"index.html"};
    bool root = rq->part_count == 0;
    int fd = open_page(dir, root ? shell : rq->parts, root ? 1 : rq->part_count);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || (size_t)st.st_size > PAGE_MAX) {
        if (fd >= 0) {
            (void)close(fd);
        }
        return err_set(err, ERR_NOT_FOUND, "no such page");
    }
    re->kind = REPLY_PAGE;
    re->type = asset_type(path);
    re->cache = "no-cache";
    char step[4096];
    ssize_t n = 0;
    while ((n = read(fd, step, sizeof step)) > 0) {
        buf_add(&re->body, step, (size_t)n);
    }
    int why = errno;
    (void)close(fd);
    if (n < 0 || re->body.failed) {
        return err_set(err, ERR_IO, "cannot read the page: %s",
                       n < 0 ? strerror(why) : "too large");
    }
    return 0;
}

int asset_get(struct http_context *cx, struct http_request *rq, struct reply *re, struct err *err)
{
    const char *path = rq->part_count == 0 ? "/index.html" : rq->path;
    return cx->web_dir != NULL ? from_folder(cx->web_dir, rq, path, re, err)
                               : from_table(rq, path, re, err);
}
