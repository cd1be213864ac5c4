/*
 * observation.c: see observation.h. Owns nothing but the freeing of what an observation holds.
 */
#include "remote/observation.h"

#include <stdlib.h>

void observation_done(struct observation *o)
{
    free(o->uid);
    free(o->predecessor_uid);
    free(o->successor_uid);
    free(o->service_name);
    for (size_t i = 0; i < ARRAY_LEN(o->value); i++) {
        free(o->value[i]);
    }
    for (size_t i = 0; i < o->absent_count; i++) {
        free(o->absents[i].email);
    }
    free(o->absents);
    *o = (struct observation){0};
}
