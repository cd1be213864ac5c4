/*
 * out.h: a growing text and a JSON writer on top of it, for what tests send and print. Out of
 * memory ends the program: a test has nobody to tell.
 */
#ifndef BARKBOOK_TESTS_OUT_H
#define BARKBOOK_TESTS_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct out {
    char *data; /* NUL-terminated once something was added */
    size_t len, cap;
};

void out_add(struct out *o, const char *text, size_t n);
void out_text(struct out *o, const char *text);
void out_printf(struct out *o, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void out_free(struct out *o); /* leaves it empty and usable */

/* Memory or the end of the program. */
void *need(void *p);
void *grow(void *array, size_t *cap, size_t count, size_t size); /* room for one more */

/* JSON. key is NULL inside arrays and for the document itself. */
struct js {
    struct out *out;
    bool comma;
};
void js_open(struct js *j, const char *key, char bracket); /* '{' or '[' */
void js_close(struct js *j, char bracket);
void js_str(struct js *j, const char *key, const char *value); /* NULL: null */
void js_int(struct js *j, const char *key, int64_t value);
void js_bool(struct js *j, const char *key, bool value);
void js_null(struct js *j, const char *key);
void js_time(struct js *j, const char *key, int64_t ms); /* with milliseconds and Z; 0: null */
void js_raw(struct js *j, const char *key, const char *json);

#endif
