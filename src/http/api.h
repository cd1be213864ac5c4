/*
 * api.h: the handlers named in the route table (routes.c), grouped by the file they live in.
 */
#ifndef BARKBOOK_HTTP_API_H
#define BARKBOOK_HTTP_API_H

#include "http/route.h"

/* api_health.c */
route_handler api_healthz;

#endif
