/*
 * api.h: the handlers named in the route table (routes.c), grouped by the file they live in.
 */
#ifndef BARKBOOK_HTTP_API_H
#define BARKBOOK_HTTP_API_H

#include "http/route.h"

/* api_health.c */
route_handler api_healthz;

/* api_session.c */
route_handler api_state;
route_handler api_setup;
route_handler api_session_get;
route_handler api_session_post;
route_handler api_session_patch;
route_handler api_session_delete;

/* api_webhooks.c */
route_handler api_webhooks;
route_handler api_webhook;
route_handler api_webhook_replay;

/* metrics.c */
route_handler api_metrics;

/* openapi.c */
route_handler api_openapi;
/* api_day.c */
route_handler api_day;

/* api_appointment.c */
route_handler api_appointment;
route_handler api_appointment_desk;

/* api_reconcile.c */
route_handler api_reconcile;
route_handler api_reconcile_ask;

/* api_sync_health.c */
route_handler api_health;
/* The same inside a larger answer; key NULL: the whole document. */
MUST_USE int api_write_health(struct http_context *cx, struct db *db, int64_t now, struct jw *w,
                              const char *key, struct err *err);

#endif
