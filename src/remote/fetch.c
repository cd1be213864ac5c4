/*
 * fetch.c: libcurl, one easy handle at a time. Never logs, never retries, never follows a redirect;
 * secrets are in headers only, and no message shows a header or a URL's query.
 * Threads: a handle belongs to one thread at a time; libcurl's global state is set up once by main.
 */
#include "remote/fetch.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

#define CONNECT_MS 10000
#define STALL_MS   20000
#define TOTAL_MS   60000
#define BODY_MAX   ((size_t)32 << 20)

struct fetch {
    CURL *curl;
    struct fetch_options o;
    char reason[CURL_ERROR_SIZE];
    int64_t moved_at; /* when the last byte came or went; for stalls */
    curl_off_t moved; /* bytes so far */
    bool stalled;
    struct fetch_answer *answer; /* of the request under way */
};

int fetch_failure_tries(enum fetch_failure f)
{
    static const int tries[FETCH_FAILURE_COUNT] = {
        [FETCH_OK] = 1,     [FETCH_NOT_FOUND] = 1, [FETCH_DNS] = 0,       [FETCH_CONNECT] = 0,
        [FETCH_TLS] = 2,    [FETCH_TIMEOUT] = 0,   [FETCH_CUT] = 0,       [FETCH_MALFORMED] = 0,
        [FETCH_RATE] = 0,   [FETCH_SERVER] = 0,    [FETCH_TOO_LARGE] = 2, [FETCH_KEY] = 1,
        [FETCH_DENIED] = 1, [FETCH_REFUSED] = 1,   [FETCH_STOPPED] = 1,   [FETCH_BROKEN] = 1,
    };
    return tries[f];
}

int fetch_global_init(struct err *err)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        return err_set(err, ERR_INTERNAL, "libcurl cannot be initialised");
    }
    return 0;
}

void fetch_answer_init(struct fetch_answer *a)
{
    *a = (struct fetch_answer){0};
}

void fetch_answer_done(struct fetch_answer *a)
{
    buf_done(&a->body);
}

static size_t on_body(char *data, size_t size, size_t n, void *arg)
{
    struct fetch *f = arg;
    buf_add(&f->answer->body, data, size * n);
    return f->answer->body.failed ? 0 : size * n;
}

static size_t on_header(char *line, size_t size, size_t n, void *arg)
{
    struct fetch *f = arg;
    size_t len = size * n;
    const char *colon = memchr(line, ':', len);
    if (colon != NULL) {
        size_t name = (size_t)(colon - line);
        answer_headers_note(&f->answer->headers, line, name, colon + 1, len - name - 1);
    } else if (len > 5 && memcmp(line, "HTTP/", 5) == 0) {
        f->answer->headers =
            (struct answer_headers){0}; /* those before belong to a 1xx or a proxy */
    }
    return len;
}

/* libcurl's own stall detection counts a whole second at a time and below one byte per second only
 * on average; this one is exact, and serves the stop flag too. */
static int on_progress(void *arg, curl_off_t down_total, curl_off_t down, curl_off_t up_total,
                       curl_off_t up)
{
    (void)down_total;
    (void)up_total;
    struct fetch *f = arg;
    int64_t now = clock_mono_ms();
    if (down + up != f->moved) {
        f->moved = down + up;
        f->moved_at = now;
    }
    if (now - f->moved_at > f->o.stall_ms) {
        f->stalled = true;
        return 1;
    }
    return f->o.stop != NULL && atomic_load(f->o.stop) == FETCH_STOP_NOW ? 1 : 0;
}

int fetch_new(const struct fetch_options *o, struct fetch **out, struct err *err)
{
    struct fetch *f = calloc(1, sizeof *f);
    if (f == NULL) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    f->o = *o;
    f->o.connect_ms = o->connect_ms > 0 ? o->connect_ms : CONNECT_MS;
    f->o.stall_ms = o->stall_ms > 0 ? o->stall_ms : STALL_MS;
    f->o.total_ms = o->total_ms > 0 ? o->total_ms : TOTAL_MS;
    f->o.body_max = o->body_max > 0 ? o->body_max : BODY_MAX;
    f->curl = curl_easy_init();
    if (f->curl == NULL) {
        free(f);
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    *out = f;
    return 0;
}

void fetch_free(struct fetch *f)
{
    if (f != NULL) {
        curl_easy_cleanup(f->curl);
        free(f);
    }
}

static CURLcode set_request(struct fetch *f, const struct fetch_request *r,
                            struct curl_slist *headers)
{
    CURL *c = f->curl;
    CURLcode rc = CURLE_OK;
#define SET(option, value) (rc = rc != CURLE_OK ? rc : curl_easy_setopt(c, option, value))
    int64_t total = r->total_ms > 0 && r->total_ms < f->o.total_ms ? r->total_ms : f->o.total_ms;
    int64_t connect = f->o.connect_ms < total ? f->o.connect_ms : total;
    SET(CURLOPT_URL, r->url);
    SET(CURLOPT_CUSTOMREQUEST, r->method);
    SET(CURLOPT_HTTPHEADER, headers);
    SET(CURLOPT_PROTOCOLS_STR, "http,https");
    SET(CURLOPT_FOLLOWLOCATION, 0L);
    SET(CURLOPT_USERAGENT, "BarkBook/" BARKBOOK_VERSION);
    SET(CURLOPT_ACCEPT_ENCODING, "gzip");
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_TCP_KEEPALIVE, 1L);
    SET(CURLOPT_CONNECTTIMEOUT_MS, (long)connect);
    SET(CURLOPT_TIMEOUT_MS, (long)total);
    SET(CURLOPT_SSL_VERIFYPEER, 1L);
    SET(CURLOPT_SSL_VERIFYHOST, 2L);
    SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    SET(CURLOPT_ERRORBUFFER, f->reason);
    SET(CURLOPT_WRITEFUNCTION, on_body);
    SET(CURLOPT_WRITEDATA, f);
    SET(CURLOPT_HEADERFUNCTION, on_header);
    SET(CURLOPT_HEADERDATA, f);
    SET(CURLOPT_NOPROGRESS, 0L);
    SET(CURLOPT_XFERINFOFUNCTION, on_progress);
    SET(CURLOPT_XFERINFODATA, f);
    /* The file every other program on the machine would be given for a private authority; libcurl,
     * unlike OpenSSL itself, does not look there. */
    const char *authorities = getenv("SSL_CERT_FILE"); /* NOLINT(concurrency-mt-unsafe) */
    if (authorities != NULL && authorities[0] != '\0') {
        SET(CURLOPT_CAINFO, authorities);
    }
    if (strcmp(r->method, "GET") != 0) {
        /* When a connection that was kept turns out to be dead, libcurl sends the request again by
         * itself: what changes something must go over a fresh one, or it may be done twice. */
        SET(CURLOPT_FRESH_CONNECT, 1L);
    }
    if (r->body != NULL) {
        SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->body_len);
        SET(CURLOPT_POSTFIELDS, r->body);
        SET(CURLOPT_CUSTOMREQUEST, r->method);
    }
    if (r->user != NULL) {
        SET(CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
        SET(CURLOPT_USERNAME, r->user);
        SET(CURLOPT_PASSWORD, r->password);
    }
#undef SET
    return rc;
}

static int fail(struct fetch_answer *a, enum fetch_failure f, enum err_code code, struct err *err,
                const char *service, const char *what)
{
    a->failure = f;
    return err_set(err, code, "%s %s", service, what);
}

/* What libcurl's codes mean to us. Those not listed are resets, early closes, broken encodings and
 * the like: an answer that came to an end it should not have. */
static const struct {
    CURLcode rc;
    enum fetch_failure failure;
    enum err_code code;
    const char *before, *after; /* of libcurl's own words, which say which host or which check */
} failures[] = {
    {CURLE_COULDNT_RESOLVE_HOST, FETCH_DNS, ERR_REMOTE_RETRY, "cannot be found",
     "check this computer's network and DNS"},
    {CURLE_COULDNT_RESOLVE_PROXY, FETCH_DNS, ERR_REMOTE_RETRY, "cannot be reached by the proxy",
     "check this computer's network and https_proxy"},
    {CURLE_COULDNT_CONNECT, FETCH_CONNECT, ERR_REMOTE_RETRY, "cannot be reached",
     "check this computer's network"},
#define UNTRUSTED                                                                                \
    FETCH_TLS, ERR_REMOTE_RETRY, "could not prove that it is the real one, so nothing was sent", \
        "check this computer's date and network"
    {CURLE_SSL_CONNECT_ERROR, UNTRUSTED},
    {CURLE_PEER_FAILED_VERIFICATION, UNTRUSTED},
    {CURLE_SSL_CIPHER, UNTRUSTED},
    {CURLE_SSL_ISSUER_ERROR, UNTRUSTED},
#undef UNTRUSTED
    {CURLE_SSL_CACERT_BADFILE, FETCH_BROKEN, ERR_CONFIG,
     "cannot be checked: no trusted certificates",
     "install ca-certificates, or correct SSL_CERT_FILE"},
    {CURLE_OPERATION_TIMEDOUT, FETCH_TIMEOUT, ERR_REMOTE_RETRY, "did not answer in time",
     "check this computer's network"},
    {CURLE_URL_MALFORMAT, FETCH_BROKEN, ERR_CONFIG, "has no usable address", "check api_url"},
    {CURLE_UNSUPPORTED_PROTOCOL, FETCH_BROKEN, ERR_CONFIG, "has no usable address",
     "check api_url"},
    {CURLE_OUT_OF_MEMORY, FETCH_BROKEN, ERR_NOMEM, "could not be asked", "free some memory"},
    {CURLE_BAD_FUNCTION_ARGUMENT, FETCH_BROKEN, ERR_INTERNAL, "could not be asked", "report this"},
    {CURLE_UNKNOWN_OPTION, FETCH_BROKEN, ERR_INTERNAL, "could not be asked", "report this"},
    {CURLE_FAILED_INIT, FETCH_BROKEN, ERR_INTERNAL, "could not be asked", "report this"},
};

/* Why a transfer did not end with an answer. */
static int transfer_failed(struct fetch *f, const struct fetch_request *r, CURLcode rc,
                           struct fetch_answer *a, struct err *err)
{
    const char *why = f->reason[0] != '\0' ? f->reason : curl_easy_strerror(rc);
    if (rc == CURLE_ABORTED_BY_CALLBACK) {
        if (f->stalled) {
            return fail(a, FETCH_TIMEOUT, ERR_REMOTE_RETRY, err, r->service,
                        "stopped answering half way");
        }
        return fail(a, FETCH_STOPPED, ERR_STOPPED, err, r->service, "request: asked to stop");
    }
    if (rc == CURLE_WRITE_ERROR && a->body.failed) {
        /* The buffer says only that it failed: too much, or no memory for it. */
        return fail(a, FETCH_TOO_LARGE, ERR_REMOTE_RETRY, err, r->service,
                    "sent more than there is room for");
    }
    for (size_t i = 0; i < ARRAY_LEN(failures); i++) {
        if (failures[i].rc == rc) {
            a->failure = failures[i].failure;
            return err_set(err, failures[i].code, "%s %s (%s): %s", r->service, failures[i].before,
                           why, failures[i].after);
        }
    }
    a->failure = FETCH_CUT;
    return err_set(err, ERR_REMOTE_RETRY, "%s: the answer was cut off (%s)", r->service, why);
}

/* What an answer's status means. */
static int status_outcome(const struct fetch_request *r, struct fetch_answer *a, struct err *err)
{
    const int s = a->status;
    if (s >= 200 && s < 300) {
        a->failure = FETCH_OK;
        return 0;
    }
    switch (s) {
    case 404:
        a->failure = FETCH_NOT_FOUND;
        return 1;
    case 401:
        a->failure = FETCH_KEY;
        return err_set(err, ERR_REMOTE, "%s does not accept the key (401)", r->service);
    case 403:
        a->failure = FETCH_DENIED;
        return err_set(err, ERR_REMOTE, "%s refuses what the key asks for (403)", r->service);
    case 408:
        return fail(a, FETCH_TIMEOUT, ERR_REMOTE_RETRY, err, r->service,
                    "did not get the request in time (408)");
    case 429:
        return fail(a, FETCH_RATE, ERR_REMOTE_RETRY, err, r->service,
                    "asks to be called less often (429)");
    default:
        break;
    }
    if (s >= 500) {
        a->failure = FETCH_SERVER;
        return err_set(err, ERR_REMOTE_RETRY, "%s has a problem of its own (%d)", r->service, s);
    }
    a->failure = FETCH_REFUSED;
    if (s >= 300 && s < 400) {
        return err_set(err, ERR_REMOTE, "%s points elsewhere (%d): check api_url", r->service, s);
    }
    return err_set(err, ERR_REMOTE, "%s refuses the request (%d)", r->service, s);
}

int fetch_run(struct fetch *f, const struct fetch_request *r, struct fetch_answer *a,
              struct err *err)
{
    fetch_answer_done(a);
    fetch_answer_init(a);
    buf_init(&a->body, f->o.body_max);
    struct curl_slist *headers = NULL;
    for (size_t i = 0; r->headers != NULL && r->headers[i] != NULL; i++) {
        struct curl_slist *longer = curl_slist_append(headers, r->headers[i]);
        if (longer == NULL) {
            curl_slist_free_all(headers);
            a->failure = FETCH_BROKEN;
            return err_set(err, ERR_NOMEM, "out of memory");
        }
        headers = longer;
    }
    f->answer = a;
    f->reason[0] = '\0';
    f->stalled = false;
    f->moved = 0;
    f->moved_at = clock_mono_ms();
    curl_easy_reset(f->curl); /* keeps the connection */
    CURLcode rc = set_request(f, r, headers);
    if (rc == CURLE_OK) {
        rc = curl_easy_perform(f->curl);
    }
    long status = 0;
    (void)curl_easy_getinfo(f->curl, CURLINFO_RESPONSE_CODE, &status);
    a->status = (int)status;
    curl_slist_free_all(headers);
    f->answer = NULL;
    if (rc != CURLE_OK) {
        return transfer_failed(f, r, rc, a, err);
    }
    return status_outcome(r, a, err);
}

void fetch_escape(struct buf *out, const char *text)
{
    static const char plain[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    for (const char *p = text; *p != '\0'; p++) {
        if (strchr(plain, *p) != NULL) {
            buf_char(out, *p);
        } else {
            buf_printf(out, "%%%02X", (unsigned)(unsigned char)*p);
        }
    }
}
