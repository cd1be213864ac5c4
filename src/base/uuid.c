/*
 * uuid.c: version 7 ids, RFC 9562 section 5.7 with the counter of section 6.2, method 1.
 *
 * Any thread may ask; uuid_lock guards the last moment and counter, and nothing is called under it.
 */
#include "base/uuid.h"

#include <pthread.h>
#include <string.h>

#include "base/secret.h"

static pthread_mutex_t uuid_lock = PTHREAD_MUTEX_INITIALIZER;
static uint64_t last_ms;      /* guarded by uuid_lock */
static unsigned last_counter; /* guarded by uuid_lock; 12 bits */

/* Moves on from the last id. A clock that was set back keeps counting at the latest moment seen, so
 * that ids go on ascending. */
static void next_moment(uint64_t now, unsigned seed, uint64_t *ms, unsigned *counter)
{
    pthread_mutex_lock(&uuid_lock);
    if (now > last_ms) {
        last_ms = now;
        last_counter = seed & 0x7FFU; /* top bit clear: room for 2048 more at least */
    } else if (last_counter < 0xFFFU) {
        last_counter++;
    } else {
        last_ms++;
        last_counter = 0;
    }
    *ms = last_ms;
    *counter = last_counter;
    pthread_mutex_unlock(&uuid_lock);
}

int uuid_v7(int64_t now_ms, char out[static UUID_TEXT_LEN], struct err *err)
{
    uint8_t b[16];
    int rc = secret_random(b, sizeof b, err);
    if (rc < 0) {
        return rc;
    }
    uint64_t ms;
    unsigned counter;
    next_moment(now_ms < 0 ? 0 : (uint64_t)now_ms, ((unsigned)b[6] << 8) | b[7], &ms, &counter);
    for (int i = 0; i < 6; i++) {
        b[i] = (uint8_t)(ms >> (40 - 8 * i));
    }
    b[6] = (uint8_t)(0x70U | (counter >> 8));
    b[7] = (uint8_t)(counter & 0xFFU);
    b[8] = (uint8_t)(0x80U | (b[8] & 0x3FU));

    char hex[33];
    secret_hex(b, sizeof b, hex);
    static const size_t group[] = {8, 4, 4, 4, 12};
    size_t from = 0;
    size_t to = 0;
    for (size_t i = 0; i < ARRAY_LEN(group); i++) {
        memcpy(out + to, hex + from, group[i]);
        from += group[i];
        to += group[i];
        out[to++] = i + 1 < ARRAY_LEN(group) ? '-' : '\0';
    }
    return 0;
}

bool uuid_valid(const char *text)
{
    if (strlen(text) != UUID_TEXT_LEN - 1) {
        return false;
    }
    for (int i = 0; i < UUID_TEXT_LEN - 1; i++) {
        char c = text[i];
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        if (dash ? c != '-' : !hex) {
            return false;
        }
    }
    return true;
}
