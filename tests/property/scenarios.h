/*
 * scenarios.h: short histories with a name, each of at most six deliveries, so that every order of
 * arrival can be tried.
 */
#ifndef BARKBOOK_TESTS_SCENARIOS_H
#define BARKBOOK_TESTS_SCENARIOS_H

#include "history.h"

#define SCENARIO_STEPS      8
#define SCENARIO_DELIVERIES 6

struct scenario {
    const char *name;                 /* as the sentence "… in every order of arrival" */
    struct step step[SCENARIO_STEPS]; /* up to STEP_KINDS */
};

extern const struct scenario scenarios[];
extern const size_t scenario_count;

#endif
