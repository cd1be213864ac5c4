/*
 * routes.c: everything that can be asked of the two listeners, sorted by path.
 */
#include "http/api.h"
#include "http/assets.h"
#include "http/route.h"

static const struct route dashboard[] = {
    {"GET", "/healthz", api_healthz, ACCESS_PUBLIC, ROUTE_FOREIGN, 0, NULL},
};

static const struct route webhook[] = {
    {"GET", "/healthz", api_healthz, ACCESS_PUBLIC, ROUTE_FOREIGN, 0, NULL},
};

const struct route_table dashboard_routes = {
    .routes = dashboard,
    .count = ARRAY_LEN(dashboard),
    .otherwise = asset_get,
    .unlisted = "/api/",
};

const struct route_table webhook_routes = {
    .routes = webhook,
    .count = ARRAY_LEN(webhook),
};
