/*
 * probe.h: looks at what surrounds BarkBook: the disk, and the way from outside to the webhook
 * listener. Decides how bad it is; tells nobody.
 */
#ifndef BARKBOOK_SYNC_PROBE_H
#define BARKBOOK_SYNC_PROBE_H

#include <stdatomic.h>

#include "sync/health.h"

struct probe_result {
    enum health_level level;
    const char *outcome; /* static: ok, disk_low, disk_full, tunnel_down, tunnel_wrong */
    char detail[480];    /* a sentence for people who administer it */
    int64_t value;       /* disk: per cent free */
};

/* Below 10 % (or 1 GB) free is low, below 3 % (or 200 MB) bad. */
void probe_disk(const char *folder, struct probe_result *out);
void probe_judge_disk(int64_t free_bytes, int64_t all_bytes, struct probe_result *out);

/* Asks public_url/healthz, which must lead back here: the same instance answers. Waits a few
 * seconds. stop: a fetch_stop or NULL. */
void probe_tunnel(const char *public_url, const char *instance, const atomic_int *stop,
                  struct probe_result *out);

#endif
