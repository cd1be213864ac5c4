/*
 * fake_tls.c: see fake_tls.h. The configuration is read-only once made, so sessions share it; the
 * random generator they also share has a lock of its own.
 */
#include "fake_tls.h"

#include <errno.h>
#include <mbedtls/ctr_drbg.h>
#include <mbedtls/ecp.h>
#include <mbedtls/entropy.h>
#include <mbedtls/net_sockets.h>
#include <mbedtls/oid.h>
#include <mbedtls/ssl.h>
#include <mbedtls/x509_crt.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "out.h"

struct fake_tls {
    mbedtls_entropy_context entropy;
    mbedtls_ctr_drbg_context random;
    pthread_mutex_t lock; /* of random */
    mbedtls_pk_context ca_key, key;
    mbedtls_x509_crt ca, chain;
    mbedtls_ssl_config config;
};

struct fake_tls_session {
    mbedtls_ssl_context ssl;
    int fd, stop;
};

static int random_bytes(void *arg, unsigned char *to, size_t n)
{
    struct fake_tls *t = arg;
    (void)pthread_mutex_lock(&t->lock);
    const int rc = mbedtls_ctr_drbg_random(&t->random, to, n);
    (void)pthread_mutex_unlock(&t->lock);
    return rc;
}

static int make_key(struct fake_tls *t, mbedtls_pk_context *key)
{
    const int rc = mbedtls_pk_setup(key, mbedtls_pk_info_from_type(MBEDTLS_PK_ECKEY));
    return rc != 0 ? rc
                   : mbedtls_ecp_gen_key(MBEDTLS_ECP_DP_SECP256R1, mbedtls_pk_ec(*key),
                                         random_bytes, t);
}

/* subjectAltName: DNS:localhost, IP:127.0.0.1, in DER by hand: this version of mbedTLS has no
 * writer. */
static int add_names(mbedtls_x509write_cert *w)
{
    static const unsigned char names[] = {0x30, 17,  0x82, 9,    'l', 'o', 'c', 'a', 'l', 'h',
                                          'o',  's', 't',  0x87, 4,   127, 0,   0,   1};
    return mbedtls_x509write_crt_set_extension(w, MBEDTLS_OID_SUBJECT_ALT_NAME,
                                               MBEDTLS_OID_SIZE(MBEDTLS_OID_SUBJECT_ALT_NAME), 0,
                                               names, sizeof names);
}

/* A certificate for key, signed by the authority's key (its own when it is the authority), as PEM.
 */
static int make_certificate(struct fake_tls *t, mbedtls_pk_context *key, bool authority, char *pem,
                            size_t n)
{
    static const char issuer[] = "CN=BarkBook test authority";
    mbedtls_x509write_cert w;
    mbedtls_mpi serial;
    mbedtls_x509write_crt_init(&w);
    mbedtls_mpi_init(&serial);
    mbedtls_x509write_crt_set_version(&w, MBEDTLS_X509_CRT_VERSION_3);
    mbedtls_x509write_crt_set_md_alg(&w, MBEDTLS_MD_SHA256);
    mbedtls_x509write_crt_set_subject_key(&w, key);
    mbedtls_x509write_crt_set_issuer_key(&w, &t->ca_key);
    int rc = mbedtls_mpi_lset(&serial, authority ? 1 : 2);
    rc = rc != 0 ? rc : mbedtls_x509write_crt_set_serial(&w, &serial);
    rc = rc != 0 ? rc : mbedtls_x509write_crt_set_issuer_name(&w, issuer);
    rc = rc != 0 ? rc
                 : mbedtls_x509write_crt_set_subject_name(&w, authority ? issuer : "CN=localhost");
    rc = rc != 0 ? rc : mbedtls_x509write_crt_set_validity(&w, "20200101000000", "20491231235959");
    rc = rc != 0 ? rc : mbedtls_x509write_crt_set_basic_constraints(&w, authority ? 1 : 0, -1);
    if (rc == 0 && !authority) {
        rc = add_names(&w);
    }
    rc = rc != 0 ? rc : mbedtls_x509write_crt_pem(&w, (unsigned char *)pem, n, random_bytes, t);
    mbedtls_mpi_free(&serial);
    mbedtls_x509write_crt_free(&w);
    return rc;
}

static int write_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "we");
    if (f == NULL) {
        return -1;
    }
    const bool written = fputs(text, f) >= 0;
    return fclose(f) == 0 && written ? 0 : -1;
}

static int configure(struct fake_tls *t)
{
    int rc = mbedtls_ssl_config_defaults(&t->config, MBEDTLS_SSL_IS_SERVER,
                                         MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT);
    mbedtls_ssl_conf_rng(&t->config, random_bytes, t);
    return rc != 0 ? rc : mbedtls_ssl_conf_own_cert(&t->config, &t->chain, &t->key);
}

struct fake_tls *fake_tls_new(const char *ca_path)
{
    struct fake_tls *t = need(calloc(1, sizeof *t));
    char ca[4096];
    char own[4096];
    (void)pthread_mutex_init(&t->lock, NULL);
    mbedtls_entropy_init(&t->entropy);
    mbedtls_ctr_drbg_init(&t->random);
    mbedtls_pk_init(&t->ca_key);
    mbedtls_pk_init(&t->key);
    mbedtls_x509_crt_init(&t->ca);
    mbedtls_x509_crt_init(&t->chain);
    mbedtls_ssl_config_init(&t->config);
    int rc = mbedtls_ctr_drbg_seed(&t->random, mbedtls_entropy_func, &t->entropy, NULL, 0);
    rc = rc != 0 ? rc : make_key(t, &t->ca_key);
    rc = rc != 0 ? rc : make_key(t, &t->key);
    rc = rc != 0 ? rc : make_certificate(t, &t->ca_key, true, ca, sizeof ca);
    rc = rc != 0 ? rc : make_certificate(t, &t->key, false, own, sizeof own);
    rc = rc != 0 ? rc
                 : mbedtls_x509_crt_parse(&t->chain, (const unsigned char *)own, strlen(own) + 1);
    rc = rc != 0 ? rc : write_file(ca_path, ca);
    rc = rc != 0 ? rc : configure(t);
    if (rc != 0) {
        fake_tls_free(t);
        return NULL;
    }
    return t;
}

void fake_tls_free(struct fake_tls *t)
{
    if (t == NULL) {
        return;
    }
    mbedtls_ssl_config_free(&t->config);
    mbedtls_x509_crt_free(&t->chain);
    mbedtls_x509_crt_free(&t->ca);
    mbedtls_pk_free(&t->key);
    mbedtls_pk_free(&t->ca_key);
    mbedtls_ctr_drbg_free(&t->random);
    mbedtls_entropy_free(&t->entropy);
    (void)pthread_mutex_destroy(&t->lock);
    free(t);
}

static int send_bytes(void *arg, const unsigned char *data, size_t n)
{
    const struct fake_tls_session *s = arg;
    const ssize_t sent = send(s->fd, data, n, MSG_NOSIGNAL);
    return sent < 0 ? MBEDTLS_ERR_NET_SEND_FAILED : (int)sent;
}

static int receive_bytes(void *arg, unsigned char *data, size_t n)
{
    const struct fake_tls_session *s = arg;
    struct pollfd p[2] = {{.fd = s->stop, .events = POLLIN}, {.fd = s->fd, .events = POLLIN}};
    while (poll(p, 2, -1) < 0 && errno == EINTR) {
        /* asked again */
    }
    const ssize_t got = p[0].revents != 0 ? -1 : recv(s->fd, data, n, 0);
    return got < 0 ? MBEDTLS_ERR_NET_RECV_FAILED : (int)got;
}

struct fake_tls_session *fake_tls_open(struct fake_tls *t, int fd, int stop)
{
    struct fake_tls_session *s = need(calloc(1, sizeof *s));
    s->fd = fd;
    s->stop = stop;
    mbedtls_ssl_init(&s->ssl);
    int rc = mbedtls_ssl_setup(&s->ssl, &t->config);
    if (rc == 0) {
        mbedtls_ssl_set_bio(&s->ssl, s, send_bytes, receive_bytes, NULL);
        rc = mbedtls_ssl_handshake(&s->ssl);
    }
    if (rc != 0) {
        mbedtls_ssl_free(&s->ssl);
        free(s);
        return NULL;
    }
    return s;
}

ssize_t fake_tls_read(struct fake_tls_session *s, void *data, size_t n)
{
    return mbedtls_ssl_read(&s->ssl, data, n);
}

ssize_t fake_tls_write(struct fake_tls_session *s, const void *data, size_t n)
{
    return mbedtls_ssl_write(&s->ssl, data, n);
}

void fake_tls_close(struct fake_tls_session *s)
{
    if (s == NULL) {
        return;
    }
    (void)mbedtls_ssl_close_notify(&s->ssl);
    mbedtls_ssl_free(&s->ssl);
    free(s);
}
