/*
 * import.c: see import.h. Who a line is about is decided here; what it says, in import_row.c; who
 * is known, in import_people.c; what becomes of it, in import_write.c. No state.
 */
#include "salon/import.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "salon/import_write.h"
#include "salon/salon.h"

#define NOBODY         SIZE_MAX
#define PROGRESS_EVERY 500 /* lines */

const char *import_outcome_name(enum import_outcome o)
{
    static const char *const names[] = {"created", "merged", "skipped"};
    return names[o];
}

static bool same_text(const char *a, const char *b)
{
    return a[0] != '\0' && strcmp(a, b) == 0;
}

/* Somebody who shares the phone has at least one name in common, or is somebody else. */
static int may_be(const struct import *m, size_t number, bool both, bool *out, struct err *err)
{
    const struct person *p = import_person(m->people, number);
    char *name = text_fold(m->row.client.name);
    char *surname = text_fold(m->row.client.surname);
    bool ok = name != NULL && surname != NULL;
    if (ok) {
        bool names = same_text(p->name, name);
        bool surnames = same_text(p->surname, surname);
        *out = both ? names && strcmp(p->surname, surname) == 0 : names || surnames;
    }
    free(name);
    free(surname);
    return ok ? 0 : err_set(err, ERR_NOMEM, "out of memory");
}

static void keep_common(struct people_found *a, const struct people_found *b)
{
    size_t kept = 0;
    for (size_t i = 0; i < a->count; i++) {
        for (size_t k = 0; k < b->count; k++) {
            if (a->number[i] == b->number[k]) {
                a->number[kept++] = a->number[i];
                break;
            }
        }
    }
    a->count = kept;
}

/* Of those with the line's phone or e-mail the one with its name. A reason when that is unclear. */
static int choose_by_contact(const struct import *m, struct people_found *found, size_t *number,
                             const char **reason, struct err *err)
{
    size_t fits = 0;
    for (size_t i = 0; i < found->count; i++) {
        bool fit = false;
        int rc = may_be(m, found->number[i], false, &fit, err);
        if (rc < 0) {
            return rc;
        }
        if (fit) {
            *number = found->number[i];
            fits++;
        }
    }
    if (fits != 1) {
        *reason = fits == 0 ? IMPORT_OTHER_NAME : IMPORT_AMBIGUOUS;
    }
    return 0;
}

/* Whom the line is about: a number, NOBODY for somebody new, or a reason to skip it. */
static int choose(struct import *m, size_t *number, const char **reason, struct err *err)
{
    struct people_found by_phone;
    struct people_found by_email;
    struct people_found by_name;
    bool ok = true;
    bool phone = import_people_find(m->people, BY_PHONE, &m->row, &by_phone, &ok);
    bool email = import_people_find(m->people, BY_EMAIL, &m->row, &by_email, &ok);
    bool name = import_people_find(m->people, BY_NAME, &m->row, &by_name, &ok);
    if (!ok) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    *number = NOBODY;
    if (phone && email) {
        keep_common(&by_phone, &by_email);
        if (by_phone.count == 0) {
            *reason = IMPORT_TWO_CLIENTS;
            return 0;
        }
    }
    if (phone || email) {
        return choose_by_contact(m, phone ? &by_phone : &by_email, number, reason, err);
    }
    if (name) {
        *number = by_name.number[0];
        *reason = by_name.count > 1 ? IMPORT_AMBIGUOUS : NULL;
        return 0;
    }
    /* A second animal of the person above, whose phone was not written again. */
    bool again = false;
    if (m->last != NOBODY && m->row.client.phone[0] == '\0' && m->row.client.email[0] == '\0') {
        int rc = may_be(m, m->last, true, &again, err);
        if (rc < 0) {
            return rc;
        }
    }
    *number = again ? m->last : NOBODY;
    return 0;
}

static int report(struct import *m, enum import_outcome outcome, const char *reason,
                  const char *message, struct err *err)
{
    int *const counts[] = {&m->counts.created, &m->counts.merged, &m->counts.skipped};
    const struct import_line line = {.line = m->row.line,
                                     .outcome = outcome,
                                     .reason = reason,
                                     .message = message,
                                     .name = m->row.shown};
    (*counts[outcome])++;
    return m->job->each == NULL ? 0 : m->job->each(m->job->arg, &line, err);
}

static int take_line(struct import *m, struct err *err)
{
    size_t number = NOBODY;
    const char *reason = NULL;
    bool created = false;
    int rc = choose(m, &number, &reason, err);
    if (rc < 0) {
        return rc;
    }
    if (reason != NULL) {
        m->last = NOBODY;
        return report(m, IMPORT_SKIPPED, reason, NULL, err);
    }
    if (number == NOBODY) {
        created = true;
        rc = import_add_client(m, &number, err);
    } else {
        rc = import_fill_client(m, number, err);
    }
    int pet = rc < 0 ? rc : import_take_pet(m, number, err);
    if (pet < 0 && err->code == ERR_INVALID) {
        const struct err full = *err; /* what the card says and the line do not fit together */
        return report(m, IMPORT_SKIPPED, IMPORT_INVALID, full.msg, err);
    }
    if (pet < 0) {
        return pet;
    }
    m->last = number;
    if (created) {
        return report(m, IMPORT_CREATED, NULL, NULL, err);
    }
    return rc + pet > 0 ? report(m, IMPORT_MERGED, NULL, NULL, err)
                        : report(m, IMPORT_SKIPPED, IMPORT_KNOWN, NULL, err);
}

static int read_line(struct import *m, const struct csv_row *csv, struct err *err)
{
    struct err wrong = {0};
    int rc = import_row_read(&m->header, csv, m->who->now, &m->row, &wrong);
    if (rc == 0) {
        return take_line(m, err);
    }
    if (wrong.code != ERR_INVALID) {
        *err = wrong;
        return rc;
    }
    m->last = NOBODY;
    return report(m, IMPORT_SKIPPED, IMPORT_INVALID, wrong.msg, err);
}

static int read_lines(struct import *m, struct csv_reader *r, struct csv_row *csv, struct err *err)
{
    int rc = 0;
    while ((rc = csv_read(r, csv, err)) > 0) {
        if (m->counts.lines == IMPORT_LINES_MAX) {
            return err_set(err, ERR_TOO_LARGE, "at most %d lines at once: cut the file in two",
                           IMPORT_LINES_MAX);
        }
        m->counts.lines++;
        rc = read_line(m, csv, err);
        if (rc < 0) {
            return rc;
        }
        if (m->job->progress != NULL && m->counts.lines % PROGRESS_EVERY == 0) {
            double all = r->end > r->start ? (double)(r->end - r->start) : 1;
            m->job->progress(m->job->arg, (double)(r->at - r->start) / all, m->counts.lines);
        }
    }
    return rc;
}

static int find_salon(struct import *m, struct err *err)
{
    struct salon salon;
    const char *wanted = m->job->salon_id != NULL ? m->job->salon_id : m->who->salon_id;
    int rc = salon_get(m->db, wanted, &salon, err);
    if (rc == 0 || (rc > 0 && !actor_may(m->who, salon.id))) {
        return err_set(err, ERR_NOT_FOUND, "there is no such salon");
    }
    if (rc > 0) {
        memcpy(m->salon_id, salon.id, sizeof m->salon_id);
    }
    return rc < 0 ? rc : 0;
}

static int read_file(struct import *m, struct csv_reader *r, struct csv_row *csv, struct err *err)
{
    int rc = csv_read(r, csv, err);
    if (rc == 0) {
        return err_set(err, ERR_INVALID, "the file is empty");
    }
    if (rc > 0) {
        rc = import_header_read(csv, &m->header, err);
    }
    if (rc >= 0) {
        rc = find_salon(m, err);
    }
    if (rc >= 0) {
        rc = import_people_load(m->db, m->salon_id, &m->people, err);
    }
    return rc < 0 ? rc : read_lines(m, r, csv, err);
}

int import_clients(struct db *db, const struct actor *who, const struct import_job *job,
                   struct import_counts *out, struct err *err)
{
    struct csv_row csv;
    struct csv_reader r;
    struct import *m = calloc(1, sizeof *m); /* large */
    if (m == NULL) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    m->db = db;
    m->who = who;
    m->job = job;
    m->last = NOBODY;
    csv_row_init(&csv);
    csv_begin(&r, job->text, job->len);
    int rc = read_file(m, &r, &csv, err);
    if (rc >= 0) {
        memcpy(m->counts.ignored, m->header.ignored, sizeof m->counts.ignored);
        *out = m->counts;
    }
    csv_row_done(&csv);
    import_people_free(m->people);
    free(m);
    return rc < 0 ? rc : 0;
}
