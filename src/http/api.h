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

#endif
