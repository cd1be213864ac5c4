/*
 * outgoing_services.c: what can be booked, remembered: in memory while it is fresh, in the settings
 * for the day Cal.com cannot be reached. And free slots, never remembered.
 * Threads: the caller's; the memory is under the struct's lock.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "salon/service.h"
#include "salon/setting.h"
#include "sync/connection.h"
#include "sync/outgoing_work.h"
#include "sync/registration.h"

#define FRESH_MS     (10 * CLOCK_MINUTE)
#define PAGES        "https://cal.com/"
#define SETTING_KEPT "calcom.event_types"
#define KEPT_MAX     ((size_t)512 * 1024)

void outgoing_services_done(struct outgoing_services *s)
{
    calcom_services_done(&s->services);
}

static int copy_services(const struct calcom_services *from, struct calcom_services *to,
                         struct err *err)
{
    to->list = calloc(from->count > 0 ? from->count : 1, sizeof *to->list);
    if (to->list == NULL) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    if (from->count > 0) {
        memcpy(to->list, from->list, from->count * sizeof *to->list);
    }
    to->count = from->count;
    return 0;
}

/* In Cal.com's own words, so that one reader understands both. */
static void write_kept(struct jw *w, const struct calcom_services *s, int64_t at)
{
    jw_object(w, NULL);
    jw_time(w, "at", at);
    jw_array(w, "data");
    for (size_t i = 0; i < s->count; i++) {
        const struct calcom_service *one = &s->list[i];
        jw_object(w, NULL);
        jw_int(w, "id", one->id);
        jw_text(w, "slug", one->slug);
        jw_text(w, "title", one->title);
        jw_text(w, "bookingUrl", one->url);
        jw_text(w, "currency", one->currency);
        jw_int(w, "price", one->price);
        jw_int(w, "lengthInMinutes", one->length);
        jw_array(w, "lengthInMinutesOptions");
        for (size_t k = 0; k < one->length_count; k++) {
            jw_int(w, NULL, one->lengths[k]);
        }
        jw_end_array(w);
        jw_bool(w, "hidden", one->hidden);
        jw_object(w, "confirmationPolicy");
        jw_text(w, "type", one->confirms ? "always" : "time");
        jw_end_object(w);
        jw_end_object(w);
    }
    jw_end_array(w);
    jw_end_object(w);
}

struct names_job {
    const struct calcom_services *services;
    int64_t now;
};

static int learn_names(struct db *db, void *arg, struct err *err)
{
    const struct names_job *j = arg;
    int rc = 0;
    for (size_t i = 0; i < j->services->count && rc >= 0; i++) {
        const struct calcom_service *s = &j->services->list[i];
        if (s->slug[0] != '\0' && s->title[0] != '\0') {
            rc = service_learn(db, s->slug, s->title, j->now, err);
        }
    }
    return rc;
}

/* Not worth failing for. */
static void keep(struct outgoing *o, const struct calcom_services *s, int64_t now)
{
    CLEANUP(buf_done) struct buf text = {0};
    struct err err = {0};
    struct jw w;
    buf_init(&text, KEPT_MAX);
    jw_init(&w, &text);
    write_kept(&w, s, now);
    struct setting_change job = {.key = SETTING_KEPT, .value = text.data, .now = now};
    if (text.failed || writer_run(o->o.writer, setting_change_job, &job, &err) < 0) {
        log_warn("event_types_not_kept", "error=\"%s\"", err.msg);
    }
    struct names_job names = {.services = s, .now = now};
    if (writer_run(o->o.writer, learn_names, &names, &err) < 0) {
        log_warn("service_names_not_kept", "error=\"%s\"", err.msg);
    }
}

/* What Cal.com said before this program was started. 1 known, 0 not. */
static int recall(struct outgoing *o, struct outgoing_services *out, struct err *err)
{
    CLEANUP(json_free) cJSON *doc = NULL;
    char *text = NULL;
    struct db *db = NULL;
    int rc = db_pool_take(o->o.pool, &db, err);
    if (rc >= 0) {
        rc = setting_get(db, SETTING_KEPT, &text, err);
        db_pool_give(o->o.pool, db);
    }
    if (rc > 0) {
        rc = json_parse(text, strlen(text), &doc, err);
        if (rc >= 0) {
            rc = calcom_services_read(json_get(doc, "data"), &out->services, err);
        }
        if (rc >= 0 && !json_time(doc, "at", &out->at)) {
            out->at = 0;
        }
        rc = rc < 0 ? rc : 1;
    }
    free(text);
    return rc;
}

static int ask(struct outgoing *o, struct calcom_services *out, struct err *err)
{
    struct outgoing_client *c = NULL;
    struct calcom_me me = {0};
    int rc = outgoing_take(o, &c, err);
    if (rc < 0) {
        return rc;
    }
    const char *username = c->configured;
    if (username == NULL) {
        rc = outgoing_me(o, c, &me, err);
        username = me.username;
    }
    if (rc >= 0) {
        rc = calcom_services(c->calcom, username, out, err);
    }
    outgoing_give(o, c);
    return rc;
}

static bool remembered(struct outgoing *o, bool only_fresh, struct outgoing_services *out, int *rc,
                       struct err *err)
{
    (void)pthread_mutex_lock(&o->lock);
    bool have = o->services_at > 0 && (!only_fresh || clock_mono_ms() < o->services_until);
    if (have) {
        out->at = o->services_at;
        *rc = copy_services(&o->services, &out->services, err);
    }
    (void)pthread_mutex_unlock(&o->lock);
    return have;
}

static int remember(struct outgoing *o, const struct calcom_services *s, int64_t now,
                    struct err *err)
{
    struct calcom_services copy = {0};
    int rc = copy_services(s, &copy, err);
    if (rc < 0) {
        return rc;
    }
    (void)pthread_mutex_lock(&o->lock);
    struct calcom_services old = o->services;
    o->services = copy;
    o->services_at = now;
    o->services_until = clock_mono_ms() + FRESH_MS;
    (void)pthread_mutex_unlock(&o->lock);
    calcom_services_done(&old);
    return 0;
}

int outgoing_services(struct outgoing *o, bool refresh, int64_t now, struct outgoing_services *out,
                      struct err *err)
{
    int rc = 0;
    out->has_key = true;
    if (!refresh && remembered(o, true, out, &rc, err)) {
        return rc;
    }
    rc = ask(o, &out->services, &out->problem);
    if (rc >= 0) {
        out->at = now;
        keep(o, &out->services, now);
        return remember(o, &out->services, now, err);
    }
    if (out->problem.code == ERR_NOMEM) {
        *err = out->problem;
        return rc;
    }
    out->has_key = out->problem.code != ERR_CONFIG;
    if (remembered(o, false, out, &rc, err)) {
        return rc;
    }
    rc = recall(o, out, err);
    return rc < 0 ? rc : 0;
}

void outgoing_price(struct outgoing *o, int64_t event_type, char out[static OUTGOING_PRICE_LEN])
{
    out[0] = '\0';
    (void)pthread_mutex_lock(&o->lock);
    for (size_t i = 0; i < o->services.count; i++) {
        const struct calcom_service *s = &o->services.list[i];
        if (s->id == event_type && s->price > 0 && s->currency[0] != '\0') {
            (void)snprintf(out, OUTGOING_PRICE_LEN, "%lld %s", (long long)s->price, s->currency);
        }
    }
    (void)pthread_mutex_unlock(&o->lock);
}

static void add(struct buf *url, const char *key, const char *value)
{
    if (value != NULL && *value != '\0') {
        buf_printf(url, "%c%s=", strchr(url->data, '?') != NULL ? '&' : '?', key);
        fetch_escape(url, value);
    }
}

/* Nothing is asked of Cal.com: it may be away. 1 known, 0 not. */
static int page_of_service(struct outgoing *o, int64_t event_type, struct buf *url, struct err *err)
{
    struct outgoing_services s = {.at = 0};
    int rc = 0;
    if (!remembered(o, false, &s, &rc, err)) {
        rc = recall(o, &s, err);
    }
    int found = 0;
    for (size_t i = 0; rc >= 0 && i < s.services.count && found == 0; i++) {
        if (s.services.list[i].id == event_type && s.services.list[i].url[0] != '\0') {
            buf_str(url, s.services.list[i].url);
            found = 1;
        }
    }
    outgoing_services_done(&s);
    return rc < 0 ? rc : found;
}

/* The page of the service; else of the calendar. */
static int page_of(struct outgoing *o, int64_t event_type, struct buf *url, struct err *err)
{
    CLEANUP(connection_done) struct connection with = {0};
    struct db *db = NULL;
    int rc = page_of_service(o, event_type, url, err);
    if (rc != 0) {
        return rc;
    }
    rc = db_pool_take(o->o.pool, &db, err);
    if (rc >= 0) {
        rc = connection_load(o->o.config, db, &with, err);
        db_pool_give(o->o.pool, db);
    }
    if (rc < 0 || with.username == NULL) {
        return rc < 0 ? rc : 0;
    }
    buf_str(url, PAGES);
    fetch_escape(url, with.username);
    return 1;
}

int outgoing_link(struct outgoing *o, const struct actor *who, const struct outgoing_booking *b,
                  struct buf *url, struct err *err)
{
    CLEANUP(guest_done) struct guest g = {0};
    struct db *db = NULL;
    int rc = db_pool_take(o->o.pool, &db, err);
    if (rc >= 0) {
        rc = guest_load(db, who, b, &g, err);
        db_pool_give(o->o.pool, db);
    }
    if (rc >= 0) {
        rc = page_of(o, b->event_type, url, err);
    }
    if (rc <= 0) {
        return rc;
    }
    char minutes[24] = "";
    if (b->length > 0) {
        (void)snprintf(minutes, sizeof minutes, "%lld", (long long)b->length);
    }
    add(url, "name", g.name);
    add(url, "email", g.email);
    add(url, "attendeePhoneNumber", g.client.phone);
    add(url, "notes", b->notes);
    add(url, "duration", minutes);
    add(url, "metadata[" CALCOM_META_CLIENT "]", g.client.id);
    add(url, "metadata[" CALCOM_META_PETS "]", g.pets);
    return url->failed ? err_set(err, ERR_TOO_LARGE, "notes: too long for a link") : 1;
}

int outgoing_slots(struct outgoing *o, const struct calcom_slot_query *q, struct calcom_slots *out,
                   struct err *err)
{
    struct outgoing_client *c = NULL;
    int rc = outgoing_take(o, &c, err);
    if (rc < 0) {
        return rc;
    }
    rc = calcom_slots(c->calcom, q, out, err);
    outgoing_give(o, c);
    return rc;
}

int outgoing_register(struct outgoing *o, bool dry_run, struct registration *out, struct err *err)
{
    struct outgoing_client *c = NULL;
    int rc = outgoing_take(o, &c, err);
    if (rc < 0) {
        return rc;
    }
    rc = registration_run(c->calcom, o->o.config, dry_run, out, err);
    outgoing_give(o, c);
    return rc;
}
