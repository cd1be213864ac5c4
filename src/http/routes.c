/*
 * routes.c: everything that can be asked of the two listeners, sorted by path.
 */
#include "http/api.h"
#include "http/assets.h"
#include "http/hook.h"
#include "http/live.h"
#include "http/route.h"

#define SMALL      ((size_t)4096)  /* a form of a few fields */
#define VISIT_BODY ((size_t)65536) /* with notes, every letter of them escaped */

static const struct route dashboard[] = {
    {"GET", "/api/appointments/{id}", api_appointment, ACCESS_STAFF, 0, 0,
     "One appointment with its history"},
    {"PATCH", "/api/appointments/{id}/desk", api_appointment_desk, ACCESS_STAFF, 0, SMALL,
     "The front desk's word about a visit"},
    {"GET", "/api/appointments/{id}/visits", api_visits_of_appointment, ACCESS_STAFF, 0, 0,
     "What was written down about an appointment, a visit for each pet"},
    {"GET", "/api/day", api_day, ACCESS_STAFF, 0, 0, "A day's or a week's appointments"},
    {"GET", "/api/device", api_device, ACCESS_PUBLIC, 0, 0,
     "Who can sign in by PIN on this tablet"},
    {"POST", "/api/device/pin", api_device_pin, ACCESS_STAFF, ROUTE_PASSWORD, SMALL,
     "Remember this tablet and set one's own PIN on it"},
    {"DELETE", "/api/device/pin", api_device_pin_drop, ACCESS_STAFF, 0, 0,
     "Drop one's own PIN on this tablet"},
    {"GET", "/api/devices", api_devices, ACCESS_OWNER, 0, 0, "The tablets that are remembered"},
    {"DELETE", "/api/devices/{id}", api_device_forget, ACCESS_OWNER, 0, 0,
     "Forget a tablet and the PINs on it"},
    {"GET", "/api/health", api_health, ACCESS_STAFF, 0, 0, "How true the list is"},
    {"GET", "/api/live", live_get, ACCESS_STAFF, 0, 0, "Event stream: something changed"},
    {"GET", "/api/openapi.json", api_openapi, ACCESS_STAFF, 0, 0, "This description"},
    {"GET", "/api/pets/{id}/recipe", api_recipe, ACCESS_STAFF, 0, 0,
     "What was done with a pet the last times"},
    {"GET", "/api/reconcile", api_reconcile, ACCESS_STAFF, 0, 0,
     "The last runs that compared everything with Cal.com"},
    {"POST", "/api/reconcile", api_reconcile_ask, ACCESS_STAFF, 0, SMALL,
     "Compare with Cal.com now; full: every booking of the window"},
    {"GET", "/api/session", api_session_get, ACCESS_STAFF, 0, 0, "Who is signed in"},
    {"POST", "/api/session", api_session_post, ACCESS_PUBLIC, 0, SMALL,
     "Sign in with name and password"},
    {"PATCH", "/api/session", api_session_patch, ACCESS_STAFF, 0, SMALL,
     "Change one's own language"},
    {"DELETE", "/api/session", api_session_delete, ACCESS_STAFF, 0, 0, "Sign out"},
    {"POST", "/api/session/password", api_password, ACCESS_STAFF, 0, SMALL,
     "Change one's own password; signs out everywhere else"},
    {"POST", "/api/session/pin", api_session_by_pin, ACCESS_PUBLIC, 0, SMALL,
     "Sign in by a PIN of this tablet"},
    {"GET", "/api/sessions", api_sessions, ACCESS_STAFF, 0, 0, "Where one is signed in"},
    {"DELETE", "/api/sessions", api_sessions_end_others, ACCESS_STAFF, 0, 0,
     "Sign out everywhere but here"},
    {"DELETE", "/api/sessions/{id}", api_session_end, ACCESS_STAFF, 0, 0,
     "End a session: one's own; the owner anybody's"},
    {"POST", "/api/setup", api_setup, ACCESS_PUBLIC, 0, SMALL,
     "First run: the owner's account and the salon's name"},
    {"GET", "/api/staff", api_staff_list, ACCESS_OWNER, 0, 0, "The accounts"},
    {"POST", "/api/staff", api_staff_add, ACCESS_OWNER, ROUTE_PASSWORD, SMALL, "Make an account"},
    {"PATCH", "/api/staff/{id}", api_staff_change, ACCESS_OWNER, ROUTE_PASSWORD, SMALL,
     "Disable an account or let it in again, change its role, set its password"},
    {"GET", "/api/staff/{id}/sessions", api_staff_sessions, ACCESS_OWNER, 0, 0,
     "Where a person is signed in"},
    {"GET", "/api/state", api_state, ACCESS_PUBLIC, 0, 0,
     "What the page must know before anybody signs in"},
    {"POST", "/api/visits", api_visit_add, ACCESS_STAFF, 0, SMALL,
     "Open the visit of a pet, at an appointment or without one"},
    {"GET", "/api/visits/{id}", api_visit, ACCESS_STAFF, 0, 0, "One visit"},
    {"PATCH", "/api/visits/{id}", api_visit_change, ACCESS_STAFF, 0, VISIT_BODY,
     "Write into a visit"},
    {"DELETE", "/api/visits/{id}/draft", api_visit_drop_draft, ACCESS_STAFF, 0, 0,
     "Let one's own draft of a visit go"},
    {"POST", "/api/walk-ins", api_walkin, ACCESS_STAFF, 0, SMALL,
     "An appointment for somebody who came without one"},
    {"GET", "/api/webhooks", api_webhooks, ACCESS_STAFF, 0, 0, "Deliveries, newest first"},
    {"GET", "/api/webhooks/{id}", api_webhook, ACCESS_OWNER, 0, 0, "One delivery with its payload"},
    {"POST", "/api/webhooks/{id}/replay", api_webhook_replay, ACCESS_STAFF, 0, SMALL,
     "Apply a delivery again"},
    {"GET", "/healthz", api_healthz, ACCESS_PUBLIC, ROUTE_FOREIGN, 0, "Does the database answer?"},
    {"GET", "/metrics", api_metrics, ACCESS_MACHINE, 0, 0, "Counts for Prometheus"},
};

static const struct route webhook[] = {
    {"*", "/api/webhooks/calcom", hook_calcom, ACCESS_PUBLIC, ROUTE_FOREIGN | ROUTE_RAW_BODY, 0,
     NULL},
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
