/*
 * placeholder.c: client-<id>@barkbook.invalid, and back. No state.
 */
#include "salon/placeholder.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define BEFORE "client-"
#define AFTER  "@barkbook.invalid"

void placeholder_email(const char *client_id, char out[static PLACEHOLDER_LEN])
{
    (void)snprintf(out, PLACEHOLDER_LEN, BEFORE "%.36s" AFTER, client_id);
}

bool placeholder_read(const char *email, char *client_id)
{
    const size_t before = strlen(BEFORE);
    const size_t id = UUID_TEXT_LEN - 1;
    char text[UUID_TEXT_LEN];
    if (email == NULL || strlen(email) != before + id + strlen(AFTER) ||
        strncasecmp(email, BEFORE, before) != 0 || strcasecmp(email + before + id, AFTER) != 0) {
        return false;
    }
    memcpy(text, email + before, id);
    text[id] = '\0';
    if (!uuid_valid(text)) {
        return false;
    }
    if (client_id != NULL) {
        memcpy(client_id, text, sizeof text);
    }
    return true;
}
