/*
 * connection.c: which Cal.com account: file and environment win over the settings. No state.
 */
#include "sync/connection.h"

#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "salon/setting.h"

void connection_done(struct connection *c)
{
    if (c->api_key != NULL) {
        secret_wipe(c->api_key, strlen(c->api_key));
    }
    free(c->api_key);
    free(c->username);
    *c = (struct connection){0};
}

static int load(struct db *db, const char *configured, const char *key, char **out, struct err *err)
{
    if (configured == NULL || configured[0] == '\0') {
        int rc = setting_get(db, key, out, err);
        return rc < 0 ? rc : 0;
    }
    *out = strdup(configured);
    return *out == NULL ? err_set(err, ERR_NOMEM, "out of memory") : 0;
}

int connection_load(const struct config *config, struct db *db, struct connection *out,
                    struct err *err)
{
    struct connection c = {0};
    int rc = load(db, config->calcom.api_key, SETTING_CALCOM_KEY, &c.api_key, err);
    if (rc >= 0) {
        rc = load(db, config->calcom.username, SETTING_CALCOM_USERNAME, &c.username, err);
    }
    if (rc < 0) {
        connection_done(&c);
        return rc;
    }
    *out = c;
    return 0;
}

int connection_open(const struct config *config, const struct connection *c,
                    const struct calcom_options *o, struct calcom **out, struct err *err)
{
    struct calcom_options full = *o;
    full.api_url = config->calcom.api_url;
    full.api_key = c->api_key;
    full.requests_per_second = config->calcom.requests_per_second;
    return calcom_new(&full, out, err);
}
