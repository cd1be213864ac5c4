/*
 * text.h: UTF-8, folding for search and comparison, CSV. Pure.
 */
#ifndef BARKBOOK_BASE_TEXT_H
#define BARKBOOK_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* Reads one code point of the n > 0 bytes at s: its length in bytes (1..4), or 0 when they do not
 * start with valid UTF-8. */
size_t text_decode(const char *s, size_t n, uint32_t *cp);
/* How many of the n bytes are valid UTF-8 before the first that is not. */
size_t text_utf8_prefix(const char *s, size_t n);
bool text_utf8_valid(const char *s, size_t n); /* no overlong forms, surrogates, or > U+10FFFF */
size_t text_chars(const char *s);              /* code points */

/* Lower case without diacritics: Latin letters incl. Polish (ł -> l), digits kept, letters of other
 * alphabets kept (Greek and Cyrillic in lower case), everything else one space; no space at either
 * end. "Żółw Łapka-2" -> "zolw lapka 2". Caller frees; NULL: out of memory. Text without any letter
 * or digit gives "": two such texts are not the same name. */
char *text_fold(const char *s);

/* Whole-word search in folded texts: "burek" is in "pies burek 2", not in "burekowy". */
bool text_has_words(const char *folded, const char *folded_words);

/* ASCII case-insensitive comparison of e-mail addresses, white space at the ends ignored. */
bool text_email_equal(const char *a, const char *b);
/* Rough shape: something@something.tld, no spaces, at most 254 bytes. */
bool text_email_valid(const char *s);

/* One CSV field for Polish Excel: quoted when needed, and a leading = + - @ tab or CR is defused by
 * an apostrophe so that no spreadsheet runs it. */
void csv_field(struct buf *out, const char *text, char separator);

/* strdup that maps NULL and "" to NULL; *ok false only when memory ran out. */
char *text_dup_nonempty(const char *s, bool *ok);

#endif
