/*
 * fake_faults.c: see fake_faults.h.
 */
#include "fake_faults.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *const names[FAKE_FAULT_KINDS] = {
    "status",    "rate",         "retry-after",  "html",  "cut",        "stall",        "hang-up",
    "truncated", "malformed",    "late",         "stale", "no-filters", "exclusive",    "short",
    "no-next",   "wrong-totals", "null-updated", "skew",  "no-date",    "shuffle-ties", "redirect",
};

const char *fake_fault_name(enum fake_fault_kind k)
{
    return k < FAKE_FAULT_KINDS ? names[k] : "?";
}

bool fake_fault_kind(const char *name, enum fake_fault_kind *out)
{
    for (int i = 0; i < FAKE_FAULT_KINDS; i++) {
        if (strcmp(names[i], name) == 0) {
            *out = (enum fake_fault_kind)i;
            return true;
        }
    }
    return false;
}

static void shape_by(const struct fake_fault *f, size_t request, struct fake_fate *out)
{
    struct fake_shape *s = &out->shape;
    switch (f->kind) {
    case FAKE_LATE:
        out->late_ms += f->number;
        break;
    case FAKE_STALE:
        s->stale_ms = f->number;
        break;
    case FAKE_NO_FILTERS:
        s->no_filters = true;
        break;
    case FAKE_EXCLUSIVE:
        s->exclusive = true;
        break;
    case FAKE_SHORT:
        s->at_most = f->number;
        break;
    case FAKE_NO_NEXT:
        s->no_next = true;
        break;
    case FAKE_WRONG_TOTALS:
        s->wrong_totals = true;
        break;
    case FAKE_NULL_UPDATED:
        s->null_updated = true;
        break;
    case FAKE_SKEW:
        out->skew_ms = f->number;
        break;
    case FAKE_NO_DATE:
        out->no_date = true;
        break;
    case FAKE_SHUFFLE_TIES:
        s->shuffle = f->number != 0 ? (uint64_t)f->number : request;
        break;
    case FAKE_STATUS:
    case FAKE_RATE:
    case FAKE_RETRY_AFTER:
    case FAKE_HTML:
    case FAKE_HANG_UP:
    case FAKE_REDIRECT:
    case FAKE_MALFORMED:
        if (!out->ends) {
            out->ending = *f;
        }
        out->ends = true;
        break;
    case FAKE_CUT:
    case FAKE_STALL:
    case FAKE_TRUNCATED:
        if (!out->spoils) {
            out->spoiling = *f;
        }
        out->spoils = true;
        break;
    case FAKE_FAULT_KINDS:
        break;
    }
}

void fake_faults_draw(struct fake_faults *f, const char *path, size_t request,
                      struct fake_fate *out)
{
    *out = (struct fake_fate){0};
    size_t kept = 0;
    for (size_t i = 0; i < f->count; i++) {
        struct fake_fault *each = &f->fault[i];
        bool spent = false;
        if (strncmp(path, each->path, strlen(each->path)) == 0) {
            if (each->after > 0) {
                each->after--;
            } else {
                shape_by(each, request, out);
                spent = each->times == 1;
                each->times -= each->times > 0 ? 1 : 0;
            }
        }
        if (!spent) {
            f->fault[kept++] = *each;
        }
    }
    f->count = kept;
}

void fake_error(struct http_answer *a, int status, const char *code, const char *message,
                const char *target)
{
    struct js j = {.out = &a->body};
    a->status = status;
    js_open(&j, NULL, '{');
    js_str(&j, "status", "error");
    js_str(&j, "timestamp", "2026-11-22T12:00:00.000Z");
    js_str(&j, "path", target);
    js_open(&j, "error", '{');
    js_str(&j, "code", code);
    js_str(&j, "message", message);
    js_raw(&j, "details", "{}");
    js_close(&j, '}');
    js_close(&j, '}');
}

static void too_many(const struct fake_fault *f, const char *target, struct http_answer *a)
{
    fake_error(a, 429, "TooManyRequestsException",
               "ThrottlerException: Too many requests. Please try again later.", target);
    if (f->kind == FAKE_RETRY_AFTER) {
        out_printf(&a->headers, "Retry-After: %" PRId64 "\r\n", f->number);
    } else {
        out_printf(&a->headers,
                   "X-RateLimit-Limit-Default: 120\r\nX-RateLimit-Remaining-Default: 0\r\n"
                   "X-RateLimit-Reset-Default: %" PRId64 "\r\n",
                   f->number);
    }
}

static const char page[] = "<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head>"
                           "<body><h1>502 Bad Gateway</h1></body></html>";

static void error_status(const struct fake_fault *fault, const char *target, struct http_answer *a)
{
    const int status = fault->number >= 400 ? (int)fault->number : 500;
    const char *code = status == 400   ? "BadRequestException"
                       : status == 401 ? "UnauthorizedException"
                       : status == 403 ? "ForbiddenException"
                       : status == 404 ? "NotFoundException"
                                       : "InternalServerErrorException";
    fake_error(a, status, code, "On purpose", target);
}

void fake_faults_end(const struct fake_fault *fault, const char *target, struct http_answer *a)
{
    static const char *const nonsense[] = {"upstream connect error",
                                           "{\"status\":\"success\",\"data\":7}", page};
    if (fault->kind == FAKE_RATE || fault->kind == FAKE_RETRY_AFTER) {
        too_many(fault, target, a);
    } else if (fault->kind == FAKE_HTML) {
        a->status = fault->number > 0 ? (int)fault->number : 502;
        out_text(&a->headers, "Content-Type: text/html\r\n");
        out_text(&a->body, page);
    } else if (fault->kind == FAKE_HANG_UP) {
        a->hang_up = true;
    } else if (fault->kind == FAKE_REDIRECT) {
        a->status = 302;
        out_text(&a->headers, "Location: http://127.0.0.1:9/elsewhere\r\n");
    } else if (fault->kind == FAKE_MALFORMED) {
        a->status = 200;
        out_text(&a->headers, "Content-Type: application/json; charset=utf-8\r\n");
        out_text(&a->body, nonsense[fault->number >= 0 && fault->number < 3 ? fault->number : 0]);
    } else {
        error_status(fault, target, a);
    }
}

void fake_faults_spoil(const struct fake_fault *fault, struct http_answer *a)
{
    const size_t half = a->body.len / 2;
    if (fault->kind == FAKE_TRUNCATED) {
        a->body.len = half;
        if (a->body.data != NULL) {
            a->body.data[half] = '\0';
        }
    } else if (fault->kind == FAKE_STALL) {
        a->stop_after = (int64_t)half;
        a->stall_ms = fault->number;
    } else {
        a->stop_after = fault->number > 0 ? fault->number : (int64_t)half;
    }
}
