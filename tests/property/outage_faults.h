/*
 * outage_faults.h: how Cal.com misbehaves during a reconcile, drawn from a number.
 */
#ifndef BARKBOOK_TESTS_OUTAGE_FAULTS_H
#define BARKBOOK_TESTS_OUTAGE_FAULTS_H

#include "fake_calcom.h"

/* Anything: also failures that stay until they are cleared. */
bool outage_faults_storm(struct fake *f, uint64_t dice);
/* Failures that pass, and what shapes answers without making them untrue. */
bool outage_faults_drizzle(struct fake *f, uint64_t dice);
/* The shapes of that drizzle alone. */
bool outage_faults_pass(struct fake *f, uint64_t dice);

#endif
