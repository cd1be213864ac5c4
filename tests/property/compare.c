/*
 * compare.c: see compare.h. Both sides are written in one form and sorted by the head's uid.
 */
#include "compare.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct line {
    char *text;
};

static int by_text(const void *a, const void *b)
{
    return strcmp(((const struct line *)a)->text, ((const struct line *)b)->text);
}

static int by_number(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

static void expected_link(const struct model_link *l, struct out *o)
{
    out_printf(o, " | client %s | pet %s | pets ", l->client < 0 ? "" : model_clients[l->client].id,
               l->pets == 0 ? "" : model_pets[l->pet[0]].id);
    int sorted[MODEL_PETS];
    memcpy(sorted, l->pet, sizeof sorted);
    qsort(sorted, (size_t)l->pets, sizeof sorted[0], by_number);
    for (int i = 0; i < l->pets; i++) {
        out_printf(o, "%s%s", i == 0 ? "" : ",", model_pets[sorted[i]].id);
    }
}

static void expected_line(const struct model *m, const struct model_appointment *a,
                          enum compare_scope scope, struct out *o)
{
    char start[MODEL_TIME_LEN];
    char end[MODEL_TIME_LEN];
    char by[MODEL_TEXT_LEN];
    model_lower(a->cancelled_by, by, sizeof by);
    out_printf(o, "%s | %s | %s | %s | %d min", m->booking[a->head].uid, a->status,
               model_time_text(a->start, MODEL_TIME_MILLIS, start),
               model_time_text(a->end, MODEL_TIME_MILLIS, end),
               (int)((a->end - a->start) / MODEL_MINUTE));
    out_printf(o, " | %s | %s | %s | %s | %s | at %s", a->title, a->description, a->name, a->email,
               a->phone, a->location);
    if (scope == COMPARE_TOLD) {
        out_printf(o, " | %s | price %s%.0d", a->service, a->price > 0 ? "PLN " : "", a->price);
        out_printf(o, " | reason %s | by %s%s", a->reason, by,
                   a->awaiting_rebook ? " | to be rebooked" : "");
    }
    out_printf(o, " | salon %s", model_salons[a->salon].id);
    expected_link(&a->link, o);
}

void compare_expected(const struct model *m, const struct model_truth *t, enum compare_scope scope,
                      struct out *to)
{
    struct line *lines = need(calloc(t->rows + 1, sizeof *lines));
    for (size_t i = 0; i < t->rows; i++) {
        struct out one = {0};
        expected_line(m, &t->row[i], scope, &one);
        lines[i].text = one.data;
    }
    qsort(lines, t->rows, sizeof *lines, by_text);
    for (size_t i = 0; i < t->rows; i++) {
        out_text(to, lines[i].text);
        out_text(to, "\n");
        free(lines[i].text);
    }
    free(lines);
}

void compare_actual(struct db *db, enum compare_scope scope, struct out *to)
{
    static const char told[] =
        "SELECT cal_com_event_id || ' | ' || status || ' | ' || start_time || ' | ' || end_time || "
        "' | ' ||"
        " duration_minutes || ' min | ' || coalesce(title, '') || ' | ' || coalesce(description, "
        "'') || ' | ' ||"
        " coalesce(attendee_name, '') || ' | ' || coalesce(attendee_email, '') || ' | ' ||"
        " coalesce(attendee_phone, '') || ' | at ' || coalesce(meeting_url, location, '') ||"
        " iif(:told, ' | ' || coalesce(service, '') || ' | price ' || coalesce(currency || ' ' || "
        "price_minor, '') ||"
        "  ' | reason ' || coalesce(cancel_reason, '') || ' | by ' || lower(coalesce(cancelled_by, "
        "'')) ||"
        "  iif(awaiting_rebook, ' | to be rebooked', ''), '') ||"
        " ' | salon ' || coalesce(salon_id, '') || ' | client ' || coalesce(client_id, '') || ' | "
        "pet ' ||"
        " coalesce(pet_id, '') || ' | pets ' || coalesce((SELECT group_concat(pet_id) FROM"
        "  (SELECT pet_id FROM event_pets WHERE event_id = e.id ORDER BY pet_id)), '')"
        " FROM calendar_events e ORDER BY cal_com_event_id";
    struct err err;
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    box_must(db_stmt(db, told, &st, &err), &err, told);
    db_bind_int(st, ":told", scope == COMPARE_TOLD ? 1 : 0);
    int rc = 0;
    while ((rc = db_step(db, st, &err)) == 1) {
        out_text(to, db_text(st, 0));
        out_text(to, "\n");
    }
    box_must(rc, &err, told);
}

/* True when text has that line. */
static bool has_line(const char *text, const char *line, size_t n)
{
    for (const char *p = text; *p != '\0';) {
        size_t len = strcspn(p, "\n");
        if (len == n && memcmp(p, line, n) == 0) {
            return true;
        }
        p += len + (p[len] == '\n' ? 1 : 0);
    }
    return false;
}

static void print_missing(const char *from, const char *in, char mark, struct out *to)
{
    for (const char *p = from; *p != '\0';) {
        size_t len = strcspn(p, "\n");
        if (!has_line(in, p, len)) {
            out_printf(to, "#     %c ", mark);
            out_add(to, p, len);
            out_text(to, "\n");
        }
        p += len + (p[len] == '\n' ? 1 : 0);
    }
}

void compare_print(const char *expected, const char *actual, struct out *to)
{
    print_missing(expected, actual, '-', to);
    print_missing(actual, expected, '+', to);
}
