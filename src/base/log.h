/*
 * log.h: one line per event on stderr: journald priority prefix, event name, key=value pairs.
 * Control bytes are escaped; a line is written with one write(2), so threads may all log.
 * Never pass a secret or a client's name, phone or e-mail; mask with log_mask_*.
 */
#ifndef BARKBOOK_BASE_LOG_H
#define BARKBOOK_BASE_LOG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/util.h"

enum log_level { LOG_LEVEL_ERROR = 3, LOG_LEVEL_WARN = 4, LOG_LEVEL_INFO = 6, LOG_LEVEL_DEBUG = 7 };

/* Call once from main before threads start. Prefixes "<3>" … are written only under journald. */
void log_init(enum log_level most);

/* log_line(LOG_LEVEL_INFO, "webhook_done", "event=%s ms=%d", id, ms); the formatted text is
 * escaped. */
void log_line(enum log_level level, const char *event, const char *fmt, ...) PRINTF_LIKE(3, 4);

#define log_error(event, ...) log_line(LOG_LEVEL_ERROR, event, __VA_ARGS__)
#define log_warn(event, ...)  log_line(LOG_LEVEL_WARN, event, __VA_ARGS__)
#define log_info(event, ...)  log_line(LOG_LEVEL_INFO, event, __VA_ARGS__)
#define log_debug(event, ...) log_line(LOG_LEVEL_DEBUG, event, __VA_ARGS__)

/* "+48600100200" -> "+48…00", "jan@example.pl" -> "j…@example.pl"; out is always terminated. */
void log_mask(const char *personal, char *out, size_t out_len);

#endif
