/*
 * asset_table.h: the pages, as web/embed.py writes them into the program.
 */
#ifndef BARKBOOK_HTTP_ASSET_TABLE_H
#define BARKBOOK_HTTP_ASSET_TABLE_H

#include <stddef.h>

struct asset {
    const char *path; /* "/views/day.js" */
    const char *etag; /* with its quotes */
    const char *raw;
    size_t raw_len;
    const char *gzip; /* NULL where packing gains nothing */
    size_t gzip_len;
};

extern const struct asset assets[]; /* sorted by path */
extern const size_t asset_count;
extern const char asset_version[]; /* of all of them together: ?v= */

#endif
