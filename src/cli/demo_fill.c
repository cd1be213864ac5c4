/*
 * demo_fill.c: puts the made-up salon into an empty database. Cards are written as staff would
 * write them; appointments only by deliveries, through the same door as real ones.
 */
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "cli/demo.h"
#include "cli/sample.h"
#include "salon/client.h"
#include "salon/pet.h"
#include "salon/salon.h"
#include "salon/staff.h"
#include "sync/apply.h"
#include "sync/inbox.h"

#define CARDS_MAX 128

struct ids {
    char client[CARDS_MAX][UUID_TEXT_LEN];
    char pet[CARDS_MAX][UUID_TEXT_LEN];
};

struct filling {
    struct staff_draft owner;
    int64_t complete_after_ms;
    int64_t now;
    struct ids ids;
};

static int add_clients(struct db *db, const char *salon, int64_t now, struct ids *ids,
                       struct err *err)
{
    for (size_t i = 0; i < demo_client_count; i++) {
        const struct demo_client *c = &demo_clients[i];
        /* They came one by one over the last year and a half. */
        int64_t since = now - (int64_t)(550 - 12 * i) * CLOCK_DAY;
        struct client_new card = {
            .salon_id = salon,
            .name = c->name,
            .surname = c->surname,
            .phone = c->phone,
            .email = c->email,
            .gdpr_consent_at = since,
            .sms_consent_at = i % 5 == 4 ? 0 : since,
        };
        int rc = client_create(db, &card, since, ids->client[i], err);
        if (rc < 0) {
            return rc;
        }
    }
    return 0;
}

static int add_pets(struct db *db, const char *salon, int64_t now, struct ids *ids, struct err *err)
{
    for (size_t i = 0; i < demo_pet_count; i++) {
        const struct demo_pet *p = &demo_pets[i];
        struct pet_new card = {
            .salon_id = salon,
            .name = p->name,
            .type = p->type,
            .breed = p->breed,
            .birth_date = p->birth_date,
            .health_issues = p->health,
            .allergies = p->allergies,
            .behaviour = p->behaviour,
            .preferences = p->preferences,
            .default_duration_minutes = p->minutes,
        };
        int rc = pet_create(db, &card, now - (int64_t)(550 - 9 * i) * CLOCK_DAY, ids->pet[i], err);
        if (rc == 0) {
            rc = pet_add_owner(db, ids->pet[i], ids->client[p->owner], err);
        }
        if (rc < 0) {
            return rc;
        }
    }
    return 0;
}

static int deliver(struct db *db, const struct filling *f, const struct ids *ids, struct err *err)
{
    CLEANUP(demo_plan_done) struct demo_plan plan = {0};
    int rc = demo_plan_make(&plan, ids->client, ids->pet, f->now, err);
    for (size_t i = 0; i < plan.count && rc >= 0; i++) {
        struct inbox_result result;
        const struct demo_delivery *d = &plan.items[i];
        rc = inbox_deliver_in(db, f->complete_after_ms, d->body, strlen(d->body), d->at, &result,
                              err);
    }
    const struct apply_context clock = {.now = f->now,
                                        .complete_after_ms = f->complete_after_ms,
                                        .cause = "clock"};
    int completed = APPLY_COMPLETIONS_MAX;
    while (rc >= 0 && completed == APPLY_COMPLETIONS_MAX) {
        completed = apply_completions(db, &clock, err);
        rc = completed < 0 ? completed : 0;
    }
    return rc < 0 ? rc : 0;
}

static int fill_job(struct db *db, void *arg, struct err *err)
{
    struct filling *f = arg;
    struct ids *ids = &f->ids;
    struct salon salon;
    struct salon_change change = {
        .name = SAMPLE_SALON,
        .address = SAMPLE_ADDRESS,
        .cal_com_username = SAMPLE_USERNAME,
        .now = f->now,
    };
    int rc = salon_change_job(db, &change, err);
    if (rc >= 0) {
        rc = salon_get(db, NULL, &salon, err);
    }
    if (rc >= 0) {
        rc = staff_create_job(db, &f->owner, err);
    }
    if (rc >= 0) {
        rc = add_clients(db, salon.id, f->now, ids, err);
    }
    if (rc >= 0) {
        rc = add_pets(db, salon.id, f->now, ids, err);
    }
    return rc < 0 ? rc : deliver(db, f, ids, err);
}

int demo_fill(struct db *db, int64_t complete_after_ms, int64_t now, struct err *err)
{
    if (demo_client_count > CARDS_MAX || demo_pet_count > CARDS_MAX) {
        return err_set(err, ERR_INTERNAL, "the demo has more cards than room");
    }
    struct filling *f = calloc(1, sizeof *f);
    if (f == NULL) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    f->complete_after_ms = complete_after_ms;
    f->now = now;
    int rc = staff_draft_init(&f->owner, DEMO_OWNER, DEMO_PASSWORD, STAFF_ROLE_OWNER, NULL, NULL,
                              now, err);
    if (rc >= 0) {
        rc = db_transaction(db, fill_job, f, err);
    }
    secret_wipe(&f->owner, sizeof f->owner);
    free(f);
    return rc < 0 ? rc : 0;
}
