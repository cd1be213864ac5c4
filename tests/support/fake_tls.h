/*
 * fake_tls.h: HTTPS for the fake, with an authority made on the spot. A session belongs to one
 * thread.
 */
#ifndef BARKBOOK_TESTS_FAKE_TLS_H
#define BARKBOOK_TESTS_FAKE_TLS_H

#include <stddef.h>
#include <sys/types.h>

struct fake_tls;
struct fake_tls_session;

/* Makes a key, an authority and a certificate of it for the name localhost and the address
 * 127.0.0.1, and writes the authority's certificate to ca_path as PEM. NULL when any of it fails.
 */
struct fake_tls *fake_tls_new(const char *ca_path);
void fake_tls_free(struct fake_tls *t); /* accepts NULL */

/* stop: a file descriptor that becomes readable when all waiting shall end. NULL: no handshake. */
struct fake_tls_session *fake_tls_open(struct fake_tls *t, int fd, int stop);
ssize_t fake_tls_read(struct fake_tls_session *s, void *data, size_t n);
ssize_t fake_tls_write(struct fake_tls_session *s, const void *data, size_t n);
void fake_tls_close(struct fake_tls_session *s); /* accepts NULL */

#endif
