/*
 * zip.c: see zip.h. Numbers are little-endian, byte by byte.
 */
#include "base/zip.h"

#include <stdbool.h>
#include <string.h>

#include "base/clock.h"

#define DIRECTORY_MAX ((size_t)16 << 20)
#define ARCHIVE_MAX   UINT32_MAX
#define FILES_MAX     65535U
#define VERSION       20      /* 2.0 */
#define NAMES_UTF8    0x0800U /* general purpose bit 11 */

static void put16(struct buf *b, uint32_t v)
{
    buf_char(b, (char)(v & 0xff));
    buf_char(b, (char)((v >> 8) & 0xff));
}

static void put32(struct buf *b, uint32_t v)
{
    put16(b, v & 0xffff);
    put16(b, v >> 16);
}

/* CRC-32 of ISO 3309, reflected, bit by bit over a table of sixteen. */
static uint32_t crc32_of(const unsigned char *data, size_t n)
{
    static const uint32_t half[16] = {
        0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4,
        0x4db26158, 0x5005713c, 0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
        0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
    };
    uint32_t crc = 0xffffffff;
    for (size_t i = 0; i < n; i++) {
        crc ^= data[i];
        crc = half[crc & 0xf] ^ (crc >> 4);
        crc = half[crc & 0xf] ^ (crc >> 4);
    }
    return ~crc;
}

void zip_init(struct zip *z, int64_t now, zip_sink *sink, void *arg)
{
    struct local_time t;
    zone_local(now, &t);
    unsigned year = t.date.year < 1980 ? 0U : (unsigned)t.date.year - 1980U;
    *z = (struct zip){
        .sink = sink,
        .arg = arg,
        .time =
            (uint16_t)((unsigned)t.hour << 11 | (unsigned)t.minute << 5 | (unsigned)t.second / 2),
        .date = (uint16_t)(year << 9 | (unsigned)t.date.month << 5 | (unsigned)t.date.day),
    };
    buf_init(&z->directory, DIRECTORY_MAX);
}

void zip_done(struct zip *z)
{
    buf_done(&z->directory);
}

static int give(struct zip *z, const void *data, size_t n, struct err *err)
{
    z->written += n;
    return n == 0 ? 0 : z->sink(z->arg, data, n, err);
}

/* What the header of a file and its line in the directory have in common. */
static void put_file(const struct zip *z, struct buf *out, uint32_t crc, uint32_t size,
                     uint32_t name_len)
{
    put16(out, VERSION);
    put16(out, NAMES_UTF8);
    put16(out, 0); /* stored */
    put16(out, z->time);
    put16(out, z->date);
    put32(out, crc);
    put32(out, size);
    put32(out, size);
    put16(out, name_len);
    put16(out, 0); /* no extra field */
}

int zip_add(struct zip *z, const char *name, const void *data, size_t n, struct err *err)
{
    size_t name_len = strlen(name);
    if (z->files == FILES_MAX || name_len > 1024 || n > ARCHIVE_MAX ||
        z->written + n + name_len + 64 > ARCHIVE_MAX - DIRECTORY_MAX) {
        return err_set(err, ERR_TOO_LARGE, "too much for one ZIP file");
    }
    CLEANUP(buf_done) struct buf head;
    buf_init(&head, 2048);
    uint32_t crc = crc32_of(data, n);
    uint32_t at = (uint32_t)z->written;
    put32(&head, 0x04034b50);
    put_file(z, &head, crc, (uint32_t)n, (uint32_t)name_len);
    buf_add(&head, name, name_len);

    put32(&z->directory, 0x02014b50);
    put16(&z->directory, VERSION);
    put_file(z, &z->directory, crc, (uint32_t)n, (uint32_t)name_len);
    put16(&z->directory, 0); /* no comment */
    put16(&z->directory, 0); /* the first disk */
    put16(&z->directory, 0); /* nothing is known of its content */
    put32(&z->directory, 0); /* no attributes */
    put32(&z->directory, at);
    buf_add(&z->directory, name, name_len);
    z->files++;
    if (head.failed || z->directory.failed) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    int rc = give(z, head.data, head.len, err);
    return rc < 0 ? rc : give(z, data, n, err);
}

int zip_end(struct zip *z, struct err *err)
{
    CLEANUP(buf_done) struct buf end;
    buf_init(&end, 64);
    uint32_t at = (uint32_t)z->written;
    int rc = give(z, z->directory.data, z->directory.len, err);
    put32(&end, 0x06054b50);
    put32(&end, 0); /* one disk */
    put16(&end, z->files);
    put16(&end, z->files);
    put32(&end, (uint32_t)z->directory.len);
    put32(&end, at);
    put16(&end, 0); /* no comment */
    if (rc >= 0 && end.failed) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    return rc < 0 ? rc : give(z, end.data, end.len, err);
}
