/*
 * fake_calcom.c: see fake_calcom.h. One lock around the model, the faults and the log; it is never
 * held while something is sent.
 */
#include "fake_calcom.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "fake_control.h"
#include "fake_faults.h"
#include "fake_http.h"
#include "fake_rows.h"
#include "fake_tls.h"

struct fake {
    pthread_mutex_t lock;
    struct model *m;
    struct fake_options options;
    struct fake_http *http;
    struct fake_tls *tls;
    char url[64];
    struct fake_faults faults;
    struct fake_sorted sorted;
    struct fake_request *log;
    size_t requests, log_cap, total;
    fake_before *before;
    void *before_arg;
    int64_t minute; /* of the rate limit */
    int in_minute;
};

static int64_t clock_ms(clockid_t which)
{
    struct timespec t;
    (void)clock_gettime(which, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

struct model *fake_lock(struct fake *f)
{
    (void)pthread_mutex_lock(&f->lock);
    if (f->options.real_time) {
        const int64_t now = clock_ms(CLOCK_REALTIME);
        f->m->now = now > f->m->now ? now : f->m->now;
    }
    return f->m;
}

void fake_unlock(struct fake *f)
{
    (void)pthread_mutex_unlock(&f->lock);
}

void fake_fault(struct fake *f, struct fake_fault fault)
{
    (void)fake_lock(f);
    f->faults.fault =
        grow(f->faults.fault, &f->faults.cap, f->faults.count, sizeof *f->faults.fault);
    f->faults.fault[f->faults.count++] = fault;
    fake_unlock(f);
}

void fake_faults_clear(struct fake *f)
{
    (void)fake_lock(f);
    f->faults.count = 0;
    fake_unlock(f);
}

void fake_set_before(struct fake *f, fake_before *before, void *arg)
{
    (void)fake_lock(f);
    f->before = before;
    f->before_arg = arg;
    fake_unlock(f);
}

size_t fake_requests(struct fake *f)
{
    (void)fake_lock(f);
    const size_t n = f->requests;
    fake_unlock(f);
    return n;
}

bool fake_request(struct fake *f, size_t i, struct fake_request *out)
{
    (void)fake_lock(f);
    const bool there = i < f->requests;
    if (there) {
        *out = f->log[i];
    }
    fake_unlock(f);
    return there;
}

void fake_requests_clear(struct fake *f)
{
    (void)fake_lock(f);
    f->requests = 0;
    fake_unlock(f);
}

void fake_forget(struct fake *f)
{
    (void)fake_lock(f);
    f->requests = 0;
    f->total = 0;
    f->faults.count = 0;
    free(f->sorted.items);
    f->sorted = (struct fake_sorted){0};
    fake_unlock(f);
}

static void put_me(const struct model *m, struct out *to)
{
    struct js j = {.out = to};
    (void)m;
    js_open(&j, NULL, '{');
    js_str(&j, "status", "success");
    js_open(&j, "data", '{');
    js_int(&j, "id", 5);
    js_str(&j, "username", model_salons[0].username);
    js_str(&j, "email", "salon@example.pl");
    js_str(&j, "name", model_salons[0].name);
    js_null(&j, "avatarUrl");
    js_null(&j, "bio");
    js_int(&j, "timeFormat", 24);
    js_int(&j, "defaultScheduleId", 1);
    js_str(&j, "weekStart", "Monday");
    js_str(&j, "timeZone", "Europe/Warsaw");
    js_null(&j, "organizationId");
    js_close(&j, '}');
    js_close(&j, '}');
}

/* True when the request may go on. */
static bool admitted(struct fake *f, const struct http_request *r, const char *target,
                     struct http_answer *a)
{
    char text[160];
    if (!http_header(r, "Authorization", text, sizeof text) || strncmp(text, "Bearer ", 7) != 0 ||
        strcmp(text + 7, FAKE_KEY) != 0) {
        fake_error(a, 401, "UnauthorizedException",
                   "ApiAuthStrategy - api key - Your api key is not valid", target);
        return false;
    }
    const int64_t minute = f->m->now / MODEL_MINUTE;
    f->in_minute = minute == f->minute ? f->in_minute + 1 : 1;
    f->minute = minute;
    if (f->options.rate_limit > 0 && f->in_minute > f->options.rate_limit) {
        const struct fake_fault rate = {.kind = FAKE_RATE, .number = 60 - f->m->now / 1000 % 60};
        fake_faults_end(&rate, target, a);
        return false;
    }
    const bool bookings = strncmp(r->path, "/v2/bookings", 12) == 0;
    if (bookings && (!http_header(r, "cal-api-version", text, sizeof text) ||
                     strcmp(text, FAKE_VERSION) != 0)) {
        fake_error(a, 500, "InternalServerErrorException",
                   "Cannot find the handler of this version", target);
        return false;
    }
    return true;
}

static int64_t answer_right(struct fake *f, const struct http_request *r,
                            const struct fake_shape *s, const char *target, struct http_answer *a)
{
    static const char one[] = "/v2/bookings/";
    const char *why = NULL;
    int64_t rows = -1;
    a->status = 200;
    if (strcmp(r->method, "GET") != 0) {
        fake_error(a, 404, "NotFoundException", "Cannot do that here", target);
    } else if (strcmp(r->path, "/v2/bookings") == 0) {
        rows = fake_list(f->m, r, s, &f->sorted, &a->body, &why);
        if (rows < 0) {
            fake_error(a, 400, "BadRequestException", why, target);
        }
    } else if (strncmp(r->path, one, sizeof one - 1) == 0) {
        if (!fake_one(f->m, r->path + sizeof one - 1, s, &a->body)) {
            a->body.len = 0;
            fake_error(a, 404, "NotFoundException", "Booking with that uid was not found", target);
        }
    } else if (strcmp(r->path, "/v2/me") == 0) {
        put_me(f->m, &a->body);
    } else {
        fake_error(a, 404, "NotFoundException", "Cannot GET that", target);
    }
    if (a->headers.len == 0) {
        out_text(&a->headers, "Content-Type: application/json; charset=utf-8\r\n");
    }
    return rows;
}

static void note(struct fake *f, const char *target, int status, int64_t rows)
{
    f->log = grow(f->log, &f->log_cap, f->requests, sizeof *f->log);
    struct fake_request *e = &f->log[f->requests++];
    *e = (struct fake_request){.at_ms = clock_ms(CLOCK_MONOTONIC), .status = status, .rows = rows};
    (void)snprintf(e->target, sizeof e->target, "%s", target);
}

static void answer_api(struct fake *f, const struct http_request *r, struct http_answer *a)
{
    char target[512];
    char date[MODEL_TIME_LEN];
    (void)snprintf(target, sizeof target, "%.200s%s%.300s", r->path, r->query[0] == '\0' ? "" : "?",
                   r->query);
    struct fake_fate fate;
    f->total++;
    if (f->before != NULL) {
        f->before(f->before_arg, f->m, f->total);
    }
    fake_faults_draw(&f->faults, r->path, f->total, &fate);
    int64_t rows = -1;
    a->wait_ms = fate.late_ms;
    if (fate.ends) {
        fake_faults_end(&fate.ending, target, a);
    } else if (admitted(f, r, target, a)) {
        rows = answer_right(f, r, &fate.shape, target, a);
    }
    if (fate.spoils && !fate.ends) {
        fake_faults_spoil(&fate.spoiling, a);
    }
    if (!fate.no_date) {
        out_printf(&a->headers, "Date: %s\r\n", model_time_http(f->m->now + fate.skew_ms, date));
    }
    note(f, target, a->hang_up ? 0 : a->status, rows);
}

static void handle(void *arg, const struct http_request *r, struct http_answer *a)
{
    struct fake *f = arg;
    if (strncmp(r->path, "/_control/", 10) == 0) {
        if (f->options.control) {
            fake_control(f, r, a);
        } else {
            a->status = 404;
        }
        return;
    }
    (void)fake_lock(f);
    answer_api(f, r, a);
    fake_unlock(f);
}

struct fake *fake_start(struct model *m, const struct fake_options *o)
{
    struct fake *f = need(calloc(1, sizeof *f));
    f->m = m;
    f->options = *o;
    (void)pthread_mutex_init(&f->lock, NULL);
    if (o->ca_path != NULL) {
        f->tls = fake_tls_new(o->ca_path);
    }
    if (o->ca_path == NULL || f->tls != NULL) {
        f->http = fake_http_start(o->port, f->tls, handle, f);
    }
    if (f->http == NULL) {
        fake_stop(f);
        return NULL;
    }
    /* The certificate names both; the name is what an outside client would check. */
    (void)snprintf(f->url, sizeof f->url, "%s:%d",
                   o->ca_path != NULL ? "https://localhost" : "http://127.0.0.1",
                   fake_http_port(f->http));
    return f;
}

void fake_stop(struct fake *f)
{
    if (f == NULL) {
        return;
    }
    fake_http_stop(f->http);
    fake_tls_free(f->tls);
    free(f->faults.fault);
    free(f->sorted.items);
    free(f->log);
    (void)pthread_mutex_destroy(&f->lock);
    free(f);
}

const char *fake_url(const struct fake *f)
{
    return f->url;
}
