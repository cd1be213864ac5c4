/*
 * cmd_webhooks_send.c: signs a delivery with the webhook secret and posts it to the running
 * service, as Cal.com would: to try the way in without Cal.com. The secret is never printed.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/data_dir.h"
#include "base/json.h"
#include "base/secret.h"
#include "cli/commands.h"
#include "cli/sample.h"
#include "remote/fetch.h"

#define BODY_MAX ((size_t)64 * 1024 * 1024)
#define URL_LEN  1024

/* A booking that has not been yet: this afternoon, or tomorrow at ten. */
static int next_slot(int64_t now, int64_t *start, struct err *err)
{
    struct local_time local;
    zone_local(now, &local);
    bool today = local.hour < 17;
    int hour = today ? local.hour + 1 : 10;
    return zone_instant(today ? local.date : date_add(local.date, 1), hour < 9 ? 9 : hour, 0, start,
                        err);
}

static int write_sample(struct buf *body, struct err *err)
{
    static const struct sample_service service = {"Strzyżenie z kąpielą", "strzyzenie-60", 60,
                                                  18000};
    unsigned char random[16];
    char uid[2 * sizeof random + 1];
    int64_t now = clock_now_ms();
    struct sample_booking b = {
        .uid = uid,
        .number = now / 1000 % 1000000000,
        .service = &service,
        .name = "Jan Próbny",
        .phone = "+48600100200",
        .email = "jan.probny@example.pl",
        .notes = "Burek boi się suszarki",
    };
    int rc = secret_random(random, sizeof random, err);
    if (rc == 0) {
        rc = next_slot(now, &b.start, err);
    }
    if (rc < 0) {
        return rc;
    }
    secret_base64url(random, sizeof random, uid);
    b.end = b.start + service.minutes * CLOCK_MINUTE;
    sample_write(body, "BOOKING_CREATED", now, &b);
    return body->failed ? err_set(err, ERR_NOMEM, "out of memory") : 0;
}

static int read_file(const char *path, struct buf *body, struct err *err)
{
    bool standard = strcmp(path, "-") == 0;
    int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return err_set(err, ERR_IO, "cannot read %s: %m", path);
    }
    int rc = 0;
    for (;;) {
        char part[65536];
        ssize_t n = read(fd, part, sizeof part);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            rc = err_set(err, ERR_IO, "cannot read %s: %m", path);
        }
        if (n <= 0) {
            break;
        }
        buf_add(body, part, (size_t)n);
    }
    if (!standard) {
        (void)close(fd);
    }
    return rc == 0 && body->failed ? err_set(err, ERR_TOO_LARGE, "%s is too long", path) : rc;
}

/* "sha256 in hex" of the body, with the configured secret or the one in the data folder. */
static int sign(const struct config *config, const struct buf *body,
                char out[static 2 * SHA256_LEN + 1], struct err *err)
{
    char kept[WEBHOOK_SECRET_LEN] = "";
    uint8_t mac[SHA256_LEN];
    const char *secret = config->calcom.webhook_secret;
    int rc = 0;
    if (secret == NULL) {
        rc = data_dir_webhook_secret(config->server.data_dir, kept, err);
        secret = kept;
    }
    if (rc == 0) {
        rc = secret_hmac_sha256(secret, strlen(secret), body->data != NULL ? body->data : "",
                                body->len, mac, err);
    }
    secret_wipe(kept, sizeof kept);
    if (rc == 0) {
        secret_hex(mac, sizeof mac, out);
    }
    return rc;
}

static int choose_url(const struct cli *c, char out[static URL_LEN], struct err *err)
{
    const char *given = cli_option(c, "--url");
    const char *listen = c->config->server.webhook_listen;
    const char *colon = strrchr(listen, ':');
    int n = 0;
    if (given != NULL) {
        n = snprintf(out, URL_LEN, "%s", given);
    } else if (colon != NULL && strncmp(listen, "0.0.0.0:", 8) == 0) {
        n = snprintf(out, URL_LEN, "http://127.0.0.1%s/api/webhooks/calcom", colon);
    } else if (colon != NULL && strncmp(listen, "[::]:", 5) == 0) {
        n = snprintf(out, URL_LEN, "http://[::1]%s/api/webhooks/calcom", colon);
    } else {
        n = snprintf(out, URL_LEN, "http://%s/api/webhooks/calcom", listen);
    }
    return n > 0 && n < URL_LEN ? 0 : err_set(err, ERR_USAGE, "--url: the address is too long");
}

static int post(const char *url, const struct buf *body, const char *signature,
                struct fetch_answer *answer, struct err *err)
{
    char header[128];
    (void)snprintf(header, sizeof header, "X-Cal-Signature-256: %s", signature);
    const char *headers[] = {"Content-Type: application/json", header, NULL};
    struct fetch_options options = {.connect_ms = 5 * CLOCK_SECOND};
    struct fetch_request request = {.service = "the webhook address",
                                    .method = "POST",
                                    .url = url,
                                    .headers = headers,
                                    .body = body->data != NULL ? body->data : "",
                                    .body_len = body->len};
    CLEANUP(fetch_free) struct fetch *fetch = NULL;
    int rc = fetch_global_init(err);
    if (rc >= 0) {
        rc = fetch_new(&options, &fetch, err);
    }
    return rc < 0 ? rc : fetch_run(fetch, &request, answer, err);
}

int cmd_webhooks_send(struct cli *c, struct err *err)
{
    CLEANUP(buf_done) struct buf body;
    char signature[2 * SHA256_LEN + 1];
    char url[URL_LEN];
    buf_init(&body, BODY_MAX);
    int rc = c->operand_count > 0 ? read_file(c->operand[0], &body, err) : write_sample(&body, err);
    if (rc == 0) {
        rc = sign(c->config, &body, signature, err);
    }
    if (rc == 0) {
        rc = choose_url(c, url, err);
    }
    if (rc < 0) {
        return rc;
    }
    CLEANUP(fetch_answer_done) struct fetch_answer answer;
    fetch_answer_init(&answer);
    rc = post(url, &body, signature, &answer, err);
    if (rc < 0 && answer.status == 0) {
        return err_prefix(err, rc, "nobody took the delivery at %s (does the service run?)", url);
    }
    /* An answer is a result, whatever it says: it is what the sender wanted to know. */
    (void)printf("%d %.*s\n", answer.status, (int)answer.body.len,
                 answer.body.data != NULL ? answer.body.data : "");
    return answer.status == 200 ? 0 : 1;
}
