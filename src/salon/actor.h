/*
 * actor.h: on whose behalf a card is read or changed: every function of the card index is bound to
 * the salon of the person who asks. A card of another salon is as if it were not there.
 */
#ifndef BARKBOOK_SALON_ACTOR_H
#define BARKBOOK_SALON_ACTOR_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

struct actor {
    const char *staff_id; /* NULL: the program itself (an import, the command line) */
    const char *salon_id; /* NULL: every salon */
    int64_t now;
};

/* May this person see what belongs to that salon (NULL: to none)? */
static inline bool actor_may(const struct actor *who, const char *salon_id)
{
    return who->salon_id == NULL || (salon_id != NULL && strcmp(who->salon_id, salon_id) == 0);
}

#endif
