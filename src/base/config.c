/*
 * config.c: see config.h. Finds the file, reads it line by line, lets the environment win, and has
 * each value checked by its row of the table. Secrets are wiped before their memory is given back.
 */
#include "base/config.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <ini.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/config_table.h"
#include "base/secret.h"
#include "base/text.h"

#define DEFAULT_FILE    "/etc/barkbook/barkbook.conf"
#define SECRET_FILE_MAX 4096
#define KEYS_MAX        64

/* What was said about a key, and where. */
struct raw {
    char *text;   /* owned; NULL: nothing */
    bool is_file; /* text names a file that holds the value */
    int line;     /* of the configuration file; 0: the environment */
};

struct reading {
    FILE *stream;
    const char *path;
    struct raw *raws; /* one per row of the table */
    char *line;       /* owned, getline's */
    size_t line_cap;
    int line_no;
    int rc; /* first failure */
    struct err *err;
};

static void wipe_free(char *s)
{
    if (s != NULL) {
        secret_wipe(s, strlen(s));
        free(s);
    }
}

static void raws_free(struct raw *raws)
{
    for (size_t i = 0; i < config_table_len; i++) {
        wipe_free(raws[i].text);
        raws[i].text = NULL;
    }
}

static char **owned_field(struct config *c, const struct config_key *row)
{
    return (char **)(void *)((char *)c + row->offset);
}

void config_done(struct config *c)
{
    for (size_t i = 0; i < config_table_len; i++) {
        if (config_table[i].owned) {
            char **field = owned_field(c, &config_table[i]);
            wipe_free(*field);
            *field = NULL;
        }
    }
    *c = (struct config){0};
}

bool config_is_set(const struct config *c, const char *section, const char *key)
{
    bool is_file;
    const struct config_key *row = config_find(section, key, &is_file);
    return row != NULL && (c->set_keys >> (row - config_table) & 1U) != 0;
}

static int keep_raw(struct raw *raw, const char *text, bool is_file, int line, struct err *err)
{
    char *copy = strdup(text);
    if (copy == NULL) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    wipe_free(raw->text);
    *raw = (struct raw){.text = copy, .is_file = is_file, .line = line};
    return 0;
}

static int take_pair(struct reading *r, const char *section, const char *key, const char *value)
{
    bool is_file;
    const struct config_key *row = config_find(section, key, &is_file);
    if (row == NULL) {
        return config_unknown(section, key, r->err);
    }
    struct raw *raw = &r->raws[row - config_table];
    if (raw->text != NULL) {
        return err_set(r->err, ERR_CONFIG, "%s.%s: given before, on line %d: keep one of them",
                       section, key, raw->line);
    }
    return value[0] == '\0' ? 0 : keep_raw(raw, value, is_file, r->line_no, r->err);
}

/* inih's handler: 1 to go on. */
static int on_pair(void *user, const char *section, const char *key, const char *value)
{
    struct reading *r = user;
    if (r->rc == 0) {
        int rc = take_pair(r, section, key, value);
        r->rc = err_prefix(r->err, rc, "%s:%d", r->path, r->line_no);
    }
    return r->rc == 0;
}

/* inih's reader, which is given the lines one by one so that the number of the line is known, that
 * none is cut, and that an indented line is a key and not the continuation of the one before. */
static char *next_line(char *out, int out_size, void *user)
{
    struct reading *r = user;
    if (r->rc != 0) {
        return NULL;
    }
    errno = 0;
    ssize_t n = getline(&r->line, &r->line_cap, r->stream);
    if (n < 0) {
        if (ferror(r->stream) != 0 || errno == ENOMEM) {
            r->rc = err_set(r->err, ERR_CONFIG, "%s: cannot read it: %s", r->path, strerror(errno));
        }
        return NULL;
    }
    r->line_no++;
    const char *from = r->line + strspn(r->line, " \t");
    size_t len = strlen(from);
    const char *problem = NULL;
    if (strlen(r->line) != (size_t)n || !text_utf8_valid(r->line, (size_t)n)) {
        problem = "not UTF-8 text";
    } else if (len + 1 > (size_t)out_size) {
        problem = "the line is too long";
    } else if (from[0] == '[' && strchr(from, ']') == NULL) {
        /* inih would note it, and go on reading keys as if they had no section. */
        problem = "a [section] without its end";
    }
    if (problem != NULL) {
        r->rc = err_set(r->err, ERR_CONFIG, "%s:%d: %s", r->path, r->line_no, problem);
        return NULL;
    }
    memcpy(out, from, len + 1);
    return out;
}

static int read_stream(FILE *stream, const char *path, struct raw *raws, struct err *err)
{
    struct reading r = {.stream = stream, .path = path, .raws = raws, .err = err};
    int bad_line = ini_parse_stream(next_line, &r, on_pair, &r);
    if (r.line != NULL) {
        secret_wipe(r.line, r.line_cap);
        free(r.line);
    }
    if (r.rc < 0) {
        return r.rc;
    }
    if (bad_line > 0) {
        return err_set(err, ERR_CONFIG, "%s:%d: write [section] or key = value", path, bad_line);
    }
    if (bad_line < 0) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    return 0;
}

/* Reads the file if there is one; *source is its name or "". A file somebody asked for must exist.
 */
static int read_file(const char *asked, struct raw *raws, const char **source, struct err *err)
{
    const char *path = asked;
    if (path == NULL || path[0] == '\0') {
        path = getenv("BARKBOOK_CONFIG");
    }
    bool optional = path == NULL || path[0] == '\0';
    if (optional) {
        path = DEFAULT_FILE;
    }
    FILE *stream = fopen(path, "re");
    if (stream == NULL) {
        if (optional && (errno == ENOENT || errno == ENOTDIR)) {
            *source = "";
            return 0;
        }
        return err_set(err, ERR_CONFIG, "%s: cannot open the configuration: %s", path,
                       strerror(errno));
    }
    int rc = read_stream(stream, path, raws, err);
    (void)fclose(stream);
    if (rc == 0) {
        *source = path;
    }
    return rc;
}

/* BARKBOOK_SERVER_DATA_DIR -> "server", "data_dir". False when the section is none of ours: other
 * programs may have variables with our prefix. */
static bool split_env_name(const char *name, size_t n, char section[static 16], char key[static 64])
{
    static const char prefix[] = "BARKBOOK_";
    size_t prefix_len = sizeof prefix - 1;
    if (n <= prefix_len || strncmp(name, prefix, prefix_len) != 0) {
        return false;
    }
    const char *from = name + prefix_len;
    const char *cut = memchr(from, '_', n - prefix_len);
    size_t section_len = cut == NULL ? 0 : (size_t)(cut - from);
    size_t key_len = cut == NULL ? 0 : n - prefix_len - section_len - 1;
    if (section_len == 0 || section_len >= 16 || key_len == 0 || key_len >= 64) {
        return false;
    }
    for (size_t i = 0; i < section_len; i++) {
        section[i] = (char)tolower((unsigned char)from[i]);
    }
    section[section_len] = '\0';
    for (size_t i = 0; i < key_len; i++) {
        key[i] = (char)tolower((unsigned char)cut[1 + i]);
    }
    key[key_len] = '\0';
    for (size_t i = 0; i < config_table_len; i++) {
        if (strcmp(config_table[i].section, section) == 0) {
            return true;
        }
    }
    return false;
}

static int read_environment(struct raw *raws, struct err *err)
{
    for (char **e = environ; e != NULL && *e != NULL; e++) {
        const char *equals = strchr(*e, '=');
        char section[16];
        char key[64];
        if (equals == NULL || equals[1] == '\0' ||
            !split_env_name(*e, (size_t)(equals - *e), section, key)) {
            continue;
        }
        int name_len = (int)(equals - *e);
        bool is_file;
        const struct config_key *row = config_find(section, key, &is_file);
        int rc = row == NULL ? config_unknown(section, key, err) : 0;
        if (rc == 0) {
            struct raw *raw = &raws[row - config_table];
            if (raw->text != NULL && raw->line == 0) {
                rc = err_set(err, ERR_CONFIG, "given twice, as a value and as a file: keep one");
            } else {
                rc = keep_raw(raw, equals + 1, is_file, 0, err);
            }
        }
        if (rc < 0) {
            return err_prefix(err, rc, "environment: %.*s", name_len, *e);
        }
    }
    return 0;
}

/* Secrets that systemd handed over (LoadCredential=calcom.api_key:…): for keys that neither file
 * nor environment sets. */
static int read_credentials(struct raw *raws, struct err *err)
{
    const char *dir = getenv("CREDENTIALS_DIRECTORY");
    for (size_t i = 0; i < config_table_len && dir != NULL && dir[0] == '/'; i++) {
        const struct config_key *row = &config_table[i];
        char path[PATH_MAX];
        if (!row->secret || raws[i].text != NULL) {
            continue;
        }
        int n = snprintf(path, sizeof path, "%s/%s.%s", dir, row->section, row->key);
        if (n < 0 || (size_t)n >= sizeof path || access(path, F_OK) != 0) {
            continue;
        }
        int rc = keep_raw(&raws[i], path, true, 0, err);
        if (rc < 0) {
            return rc;
        }
    }
    return 0;
}

/* The content of a secret's file without the white space at its end. The caller wipes and frees. */
static int read_secret(const char *path, char **out, struct err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) {
        return err_set(err, ERR_CONFIG, "cannot open %.200s: %s", path, strerror(errno));
    }
    char text[SECRET_FILE_MAX + 1];
    size_t n = 0;
    ssize_t got;
    do {
        got = read(fd, text + n, sizeof text - n);
        n += got > 0 ? (size_t)got : 0;
    } while ((got > 0 && n < sizeof text) || (got < 0 && errno == EINTR));
    int saved = errno;
    (void)close(fd);
    int rc = 0;
    if (got < 0) {
        rc = err_set(err, ERR_CONFIG, "cannot read %.200s: %s", path, strerror(saved));
    } else if (n > SECRET_FILE_MAX) {
        rc = err_set(err, ERR_CONFIG, "%.200s holds more than a secret: at most %d bytes", path,
                     SECRET_FILE_MAX);
    }
    while (rc == 0 && n > 0 && isspace((unsigned char)text[n - 1])) {
        n--;
    }
    if (rc == 0 && (n == 0 || memchr(text, '\0', n) != NULL)) {
        rc = err_set(err, ERR_CONFIG, "%.200s is empty or holds a NUL byte", path);
    }
    if (rc == 0) {
        *out = strndup(text, n);
        rc = *out == NULL ? err_set(err, ERR_NOMEM, "out of memory") : 0;
    }
    secret_wipe(text, sizeof text);
    return rc;
}

static int take_value(struct config *c, const struct config_key *row, const struct raw *raw,
                      struct err *err)
{
    void *field = (char *)c + row->offset;
    if (raw->text == NULL) {
        return row->fallback == NULL ? 0 : row->parse(row, row->fallback, field, err);
    }
    c->set_keys |= UINT64_C(1) << (row - config_table);
    if (!raw->is_file) {
        return row->parse(row, raw->text, field, err);
    }
    char *secret = NULL;
    int rc = read_secret(raw->text, &secret, err);
    if (rc == 0) {
        rc = row->parse(row, secret, field, err);
    }
    wipe_free(secret);
    return rc;
}

static int take_values(struct config *c, const char *path, const struct raw *raws, struct err *err)
{
    for (size_t i = 0; i < config_table_len; i++) {
        const struct config_key *row = &config_table[i];
        int rc = take_value(c, row, &raws[i], err);
        if (rc < 0) {
            const char *suffix = raws[i].is_file ? "_file" : "";
            rc = err_prefix(err, rc, "%s.%s%s", row->section, row->key, suffix);
            if (raws[i].text == NULL) {
                return err_prefix(err, rc, "default");
            }
            return raws[i].line == 0 ? err_prefix(err, rc, "environment")
                                     : err_prefix(err, rc, "%s:%d", path, raws[i].line);
        }
    }
    return 0;
}

int config_load(struct config *c, const char *file, const char *data_dir_override, struct err *err)
{
    struct raw raws[KEYS_MAX] = {0};
    struct config loaded = {0};
    const char *source = "";
    int rc = read_file(file, raws, &source, err);
    if (rc == 0) {
        rc = read_environment(raws, err);
    }
    if (rc == 0) {
        rc = read_credentials(raws, err);
    }
    if (rc == 0 && data_dir_override != NULL && data_dir_override[0] != '\0') {
        bool is_file;
        const struct config_key *row = config_find("server", "data_dir", &is_file);
        rc = keep_raw(&raws[row - config_table], data_dir_override, false, 0, err);
    }
    if (rc == 0) {
        rc = take_values(&loaded, source, raws, err);
    }
    raws_free(raws);
    if (rc < 0) {
        config_done(&loaded);
        return rc;
    }
    (void)snprintf(loaded.source, sizeof loaded.source, "%s", source);
    *c = loaded;
    return 0;
}
