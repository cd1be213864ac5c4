/*
 * retention.h: forgets what need not be kept, in steps so small that nobody at the desk waits:
 * payloads of deliveries after retention.webhook_payload_days, old lines of logs and runs, and then
 * gives unused pages of the file back.
 */
#ifndef BARKBOOK_SYNC_RETENTION_H
#define BARKBOOK_SYNC_RETENTION_H

#include "db/writer.h"

#define RETENTION_ROWS  200 /* at most in one step */
#define RETENTION_PAGES 128 /* half a megabyte */

/* Deliveries and runs themselves are counted in reports of a year; refusals are only for looking
 * into what happens now. */
#define RETENTION_LOG_DAYS    730
#define RETENTION_RUN_DAYS    180
#define RETENTION_REJECT_DAYS 90

/* A writer's job: one step. Returns how much it did: more than 0 asks for another soon. */
struct retention_step {
    int64_t now;
    int64_t payload_days;
};
writer_fn retention_step_job;

#endif
