/*
 * subscription.c: see subscription.h. Pure.
 */
#include "sync/subscription.h"

#include <stdio.h>
#include <string.h>

const char *const subscription_triggers[] = {"BOOKING_CREATED",
                                             "BOOKING_RESCHEDULED",
                                             "BOOKING_CANCELLED",
                                             "BOOKING_REQUESTED",
                                             "BOOKING_REJECTED",
                                             "BOOKING_PAID",
                                             "BOOKING_PAYMENT_INITIATED",
                                             "BOOKING_NO_SHOW_UPDATED",
                                             "MEETING_STARTED",
                                             "MEETING_ENDED",
                                             NULL};

const char *subscription_word(enum subscription_state s)
{
    static const char *const words[] =
        {[SUBSCRIPTION_RIGHT] = "ok",          [SUBSCRIPTION_NONE] = "none",
         [SUBSCRIPTION_OFF] = "off",           [SUBSCRIPTION_SECRET] = "secret",
         [SUBSCRIPTION_TRIGGERS] = "triggers", [SUBSCRIPTION_TEMPLATE] = "template",
         [SUBSCRIPTION_TWICE] = "twice"};
    return words[s];
}

static bool has_trigger(const struct calcom_webhook *w, const char *trigger)
{
    for (size_t i = 0; i < w->trigger_count; i++) {
        if (strcmp(w->triggers[i], trigger) == 0) {
            return true;
        }
    }
    return false;
}

/* True when some are missing. */
static bool name_missing(const struct calcom_webhook *w, char *missing, size_t missing_len)
{
    size_t used = 0;
    bool any = false;
    for (size_t i = 0; subscription_triggers[i] != NULL; i++) {
        if (has_trigger(w, subscription_triggers[i])) {
            continue;
        }
        int n = snprintf(missing + used, missing_len - used, "%s%s", any ? ", " : "",
                         subscription_triggers[i]);
        used += n > 0 && (size_t)n < missing_len - used ? (size_t)n : 0;
        any = true;
    }
    return any;
}

static bool same_url(const char *a, const char *b)
{
    size_t n = strlen(a);
    size_t m = strlen(b);
    n -= n > 0 && a[n - 1] == '/' ? 1 : 0;
    m -= m > 0 && b[m - 1] == '/' ? 1 : 0;
    return n == m && strncmp(a, b, n) == 0;
}

enum subscription_state subscription_judge(const struct calcom_webhooks *all, const char *url,
                                           char *missing, size_t missing_len)
{
    const struct calcom_webhook *ours = NULL;
    int active = 0;
    missing[0] = '\0';
    for (size_t i = 0; i < all->count; i++) {
        const struct calcom_webhook *w = &all->list[i];
        if (!same_url(w->url, url)) {
            continue;
        }
        active += w->active ? 1 : 0;
        ours = ours == NULL || (w->active && !ours->active) ? w : ours;
    }
    if (ours == NULL) {
        return SUBSCRIPTION_NONE;
    }
    if (!ours->active) {
        return SUBSCRIPTION_OFF;
    }
    if (!ours->has_secret || !ours->right_secret) {
        return SUBSCRIPTION_SECRET;
    }
    if (ours->template) {
        return SUBSCRIPTION_TEMPLATE;
    }
    if (name_missing(ours, missing, missing_len)) {
        return SUBSCRIPTION_TRIGGERS;
    }
    return active > 1 ? SUBSCRIPTION_TWICE : SUBSCRIPTION_RIGHT;
}
