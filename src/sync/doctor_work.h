/*
 * doctor_work.h: what the files of the doctor share. For doctor*.c only.
 */
#ifndef BARKBOOK_SYNC_DOCTOR_WORK_H
#define BARKBOOK_SYNC_DOCTOR_WORK_H

#include "base/util.h"
#include "sync/doctor.h"

/* Adds a line; text and cure are formatted by the caller beforehand. */
struct doctor_line *doctor_add(struct doctor_report *r, const char *check, enum health_level level,
                               const char *outcome);
void doctor_text(struct doctor_line *line, const char *fmt, ...) PRINTF_LIKE(2, 3);
void doctor_cure(struct doctor_line *line, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Key, clock and subscription. */
void doctor_calcom(const struct doctor_options *o, struct doctor_report *r);
/* The account of the sender of text messages. */
void doctor_sms(const struct doctor_options *o, struct doctor_report *r);

#endif
