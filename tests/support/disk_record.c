/*
 * disk_record.c: see disk_record.h. Whatever goes wrong here ends the process: it is never what a
 * test is about.
 */
#include "disk_record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "temp_db.h"

#define SECTOR 512

struct disk_op {
    enum disk_file file;
    enum disk_step step;
    int n;
    int64_t at;
    unsigned char *data;
};

static void *grown(void *p, size_t bytes)
{
    void *more = realloc(p, bytes);
    if (more == NULL) {
        perror("disk_record");
        abort();
    }
    return more;
}

void disk_record_watch(void *arg, enum disk_file file, enum disk_step step, const void *data, int n,
                       int64_t at)
{
    struct disk_record *r = arg;
    struct disk_op op = {.file = file, .step = step, .n = n, .at = at};
    if (n > 0) {
        op.data = grown(NULL, (size_t)n);
        memcpy(op.data, data, (size_t)n);
    }
    (void)pthread_mutex_lock(&r->lock);
    if (r->ended) {
        free(op.data);
        (void)pthread_mutex_unlock(&r->lock);
        return;
    }
    if (r->count == r->room) {
        r->room = r->room == 0 ? 4096 : r->room * 2;
        r->ops = grown(r->ops, r->room * sizeof *r->ops);
    }
    r->ops[r->count++] = op;
    (void)pthread_mutex_unlock(&r->lock);
}

void disk_record_end(struct disk_record *r)
{
    (void)pthread_mutex_lock(&r->lock);
    r->ended = true;
    (void)pthread_mutex_unlock(&r->lock);
}

size_t disk_record_place(struct disk_record *r)
{
    (void)pthread_mutex_lock(&r->lock);
    const size_t place = r->count;
    (void)pthread_mutex_unlock(&r->lock);
    return place;
}

/* bytes must have room for it. */
static void put(struct disk_image *image, const unsigned char *data, size_t n, size_t at)
{
    memcpy(image->bytes + at, data, n);
    image->len = at + n > image->len ? at + n : image->len;
}

static unsigned char *blank(size_t bytes)
{
    unsigned char *p = calloc(1, bytes);
    if (p == NULL) {
        abort();
    }
    return p;
}

void disk_record_init(struct disk_record *r, const char *database)
{
    *r = (struct disk_record){0};
    if (pthread_mutex_init(&r->lock, NULL) != 0) {
        abort();
    }
    FILE *f = fopen(database, "rb");
    struct stat about;
    if (f == NULL || fstat(fileno(f), &about) != 0) {
        perror(database);
        abort();
    }
    r->base.len = (size_t)about.st_size;
    r->base.bytes = grown(NULL, r->base.len);
    if (fread(r->base.bytes, 1, r->base.len, f) != r->base.len || fclose(f) != 0) {
        perror(database);
        abort();
    }
}

void disk_record_done(struct disk_record *r)
{
    for (size_t i = 0; i < r->count; i++) {
        free(r->ops[i].data);
    }
    free(r->ops);
    free(r->base.bytes);
    (void)pthread_mutex_destroy(&r->lock);
}

static void cut_off(struct disk_image *image, size_t len)
{
    if (len < image->len) {
        memset(image->bytes + len, 0, image->len - len);
        image->len = len;
    }
}

/* An operation that no sync confirmed: each sector of it arrives, or not. */
static void perhaps(struct disk_image *image, const struct disk_op *op, struct rng *rng,
                    unsigned luck)
{
    if (op->step == DISK_TRUNCATE) {
        if (rng_below(rng, 100) < luck) {
            cut_off(image, (size_t)op->at);
        }
        return;
    }
    for (size_t done = 0; done < (size_t)op->n;) {
        const size_t at = (size_t)op->at + done;
        size_t n = SECTOR - at % SECTOR;
        n = n < (size_t)op->n - done ? n : (size_t)op->n - done;
        if (rng_below(rng, 100) < luck) {
            put(image, op->data + done, n, at);
        }
        done += n;
    }
}

static void save(const struct disk_image *image, const char *dir, const char *name)
{
    char path[TEMP_PATH_LEN];
    temp_path(dir, name, path);
    FILE *f = fopen(path, "wb");
    if (f == NULL || (image->len > 0 && fwrite(image->bytes, 1, image->len, f) != image->len) ||
        fclose(f) != 0) {
        perror(path);
        abort();
    }
}

void disk_record_cut(const struct disk_record *r, size_t place, struct rng *rng, bool liar,
                     const char *dir)
{
    size_t synced[DISK_FILES] = {0}; /* steps before this one are on the disk */
    for (size_t i = 0; i < place && !liar; i++) {
        if (r->ops[i].step == DISK_SYNC) {
            synced[r->ops[i].file] = i;
        }
    }
    size_t room[DISK_FILES] = {r->base.len, 1};
    for (size_t i = 0; i < place; i++) {
        const size_t end = (size_t)r->ops[i].at + (size_t)r->ops[i].n;
        size_t *most = &room[r->ops[i].file];
        *most = end > *most ? end : *most;
    }
    struct disk_image database = {.bytes = blank(room[DISK_DATABASE])};
    struct disk_image wal = {.bytes = blank(room[DISK_WAL])};
    put(&database, r->base.bytes, r->base.len, 0);
    /* Some cuts lose all that is not synced, some nothing, most a part. */
    const unsigned luck = (unsigned[]){0, 100, 20, 50, 80}[rng_below(rng, 5)];
    for (size_t i = 0; i < place; i++) {
        const struct disk_op *op = &r->ops[i];
        struct disk_image *image = op->file == DISK_DATABASE ? &database : &wal;
        if (op->step == DISK_SYNC) {
            continue;
        }
        if (i >= synced[op->file]) {
            perhaps(image, op, rng, liar ? 50 : luck);
        } else if (op->step == DISK_WRITE) {
            put(image, op->data, (size_t)op->n, (size_t)op->at);
        } else {
            cut_off(image, (size_t)op->at);
        }
    }
    save(&database, dir, "cut.db");
    save(&wal, dir, "cut.db-wal");
    free(database.bytes);
    free(wal.bytes);
}
