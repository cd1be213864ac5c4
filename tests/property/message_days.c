/*
 * message_days.c: salon-days in which visits are booked, moved, moved back and cancelled, clients
 * withdraw consent, answer STOP and change their number, the carrier fails, and the program dies
 * between any two of its steps. Every text is judged at the moment the carrier accepts it, and
 * every visit at the moment it begins.
 */
#include "base/clock.h"
#include "base/log.h"
#include "count.h"
#include "message_carrier.h"
#include "sync/outbox.h"
#include "tap.h"
#include "testdb.h"

#define USUAL      120
#define MANY       10000
#define CLIENTS    40
#define PER_DAY    8
#define STEP       (36 * CLOCK_MINUTE)
#define DAY_STEPS  40 /* a day and its night */
#define STEPS_MOST 12

struct sim {
    struct testdb t;
    struct rng rng;
    int64_t now;
    struct carrier carrier;
    struct messenger messenger;
    struct message_settings settings;
    int64_t away_at, settings_at;
    long visits, wrong, doubled, night, forgotten, untruthful;
    char first[512]; /* what went wrong first */
};

static void complain(struct sim *s, long *count, const char *what, const char *about)
{
    char at[TIME_TEXT_LEN];
    (*count)++;
    if (s->first[0] == '\0') {
        time_format(s->now, at);
        (void)snprintf(s->first, sizeof s->first, "%s at %s: %s", what, at, about);
    }
}

static long number(struct sim *s, const char *sql)
{
    char *answer = testdb_ask(&s->t, "%s", sql);
    const long n = strtol(answer, NULL, 10);
    free(answer);
    return n;
}

/* The text names its visit ("V17 2027-01-05T10:00:00.000Z") and kind: it must be that of a visit
 * that is on, at that time, of a client with that number who may be written to; and the only one.
 */
static void judge_text(void *arg, const struct carried *c, int64_t asked_at)
{
    struct sim *s = arg;
    char now[TIME_TEXT_LEN];
    time_format(asked_at, now);
    struct local_time t;
    zone_local(asked_at, &t);
    const int minute = 60 * t.hour + t.minute;
    if (minute < s->settings.rules.from || minute >= s->settings.rules.to) {
        complain(s, &s->night, "a text at night", c->body);
    }
    char event[32];
    char kind = c->body[0];
    (void)snprintf(event, sizeof event, "%.*s", (int)strcspn(c->body + 2, " "), c->body + 2);
    const char *told = c->body + 2 + strlen(event) + 1;
    char *start = testdb_ask(
        &s->t,
        "SELECT e.start_time FROM calendar_events e JOIN clients c ON c.id = e.client_id"
        " WHERE e.id = %Q AND e.status = 'scheduled' AND e.start_time > %Q AND c.phone_number = %Q"
        " AND c.sms_consent_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM message_opt_outs o"
        " WHERE o.phone = c.phone_number)",
        event, now, c->to);
    int64_t ms = 0;
    char date[16] = "";
    if (time_parse(start, &ms)) {
        zone_local(ms, &t);
        (void)snprintf(date, sizeof date, "%d.%02d %d:%02d", t.date.day, t.date.month, t.hour,
                       t.minute);
    }
    if (strcmp(date, told) != 0) {
        complain(s, &s->wrong, "a wrong text", c->body);
    }
    char *before =
        testdb_ask(&s->t,
                   "SELECT count(*) FROM told WHERE event = %Q AND kind = '%c' AND start = %Q",
                   event, kind, start);
    if (strcmp(before, "0") != 0) {
        complain(s, &s->doubled, "a text sent twice", c->body);
    }
    free(before);
    testdb_exec(&s->t, "INSERT INTO told VALUES (%Q, '%c', %Q, %Q)", event, kind, start, c->sid);
    free(start);
}

static int store_run(void *self, writer_fn *fn, void *arg, struct err *err)
{
    struct sim *s = self;
    const unsigned fate = s->carrier.calm ? 99 : rng_below(&s->rng, 120);
    if (fate == 0) {
        s->carrier.crashes++;
        return err_set(err, ERR_STOPPED, "crash before a commit");
    }
    int rc = db_transaction(s->t.db, fn, arg, err);
    if (fate == 1 && rc >= 0) {
        s->carrier.crashes++;
        return err_set(err, ERR_STOPPED, "crash after a commit");
    }
    return rc;
}

static void worker(struct sim *s)
{
    const struct outbox_env env = {.store = {.run = store_run, .self = s},
                                   .messenger = &s->messenger,
                                   .settings = &s->settings};
    struct err err = {0};
    struct outbox_plan plan = {.settings = &s->settings, .now = s->now, .write = true};
    if (store_run(s, outbox_plan_job, &plan, &err) < 0 && err.code != ERR_STOPPED) {
        complain(s, &s->wrong, "planning failed", err.msg);
    }
    int more = 1;
    for (int i = 0; i < STEPS_MOST && more > 0; i++) {
        const int sent = outbox_send_next(&env, s->now, &err);
        const int looked = outbox_look_next(&env, s->now, &err);
        if ((sent < 0 || looked < 0) && err.code != ERR_STOPPED) {
            complain(s, &s->wrong, "a step failed", err.msg);
        }
        more = sent > 0 || looked > 0 ? 1 : sent < 0 || looked < 0 ? 1 : 0;
    }
}

static void some_start(struct sim *s, char out[static TIME_TEXT_LEN])
{
    struct local_time t;
    int64_t at = 0;
    zone_local(s->now + rng_between(&s->rng, 0, 6) * CLOCK_DAY, &t);
    if (zone_instant(t.date, (int)rng_between(&s->rng, 6, 21), 15 * (int)rng_below(&s->rng, 4), &at,
                     NULL) < 0 ||
        at <= s->now) {
        at = s->now + CLOCK_DAY;
    }
    time_format(at, out);
}

static void book(struct sim *s)
{
    char start[TIME_TEXT_LEN];
    char now[TIME_TEXT_LEN];
    char client[16] = "NULL";
    some_start(s, start);
    time_format(s->now, now);
    const long n = s->visits++;
    if (!rng_one_in(&s->rng, 15)) {
        (void)snprintf(client, sizeof client, "'c%u'", rng_below(&s->rng, CLIENTS));
    }
    testdb_exec(&s->t,
                "INSERT INTO pets (id, salon_id, name) SELECT 'V%ld', id, 'V%ld' FROM salons", n,
                n);
    testdb_exec(&s->t,
                "INSERT INTO calendar_events (id, cal_com_event_id, client_id, pet_id, start_time,"
                " end_time, duration_minutes, status, created_at)"
                " VALUES ('V%ld', 'u%ld', %s, 'V%ld', %Q, %Q, 60, %Q, %Q)",
                n, n, client, n, start, start, rng_one_in(&s->rng, 20) ? "pending" : "scheduled",
                now);
    testdb_exec(&s->t,
                "INSERT INTO bookings (uid, chain_id, made_at, created_at, updated_at)"
                " VALUES ('u%ld', 'V%ld', %Q, %Q, %Q)",
                n, n, now, now, now);
}

/* To another time, or back to one it had. */
static void move(struct sim *s, long n)
{
    char start[TIME_TEXT_LEN];
    char now[TIME_TEXT_LEN];
    time_format(s->now, now);
    some_start(s, start);
    if (rng_one_in(&s->rng, 3)) {
        char *was = testdb_ask(&s->t,
                               "SELECT start FROM was WHERE event = 'V%ld' AND start > %Q"
                               " LIMIT 1",
                               n, now);
        if (was[0] != '\0') {
            (void)snprintf(start, sizeof start, "%s", was);
        }
        free(was);
    }
    testdb_exec(&s->t,
                "INSERT INTO was SELECT id, start_time FROM calendar_events WHERE id = 'V%ld'", n);
    testdb_exec(&s->t,
                "UPDATE calendar_events SET start_time = %Q, end_time = %Q WHERE id = 'V%ld'"
                " AND start_time > %Q",
                start, start, n, now);
    testdb_exec(&s->t, "UPDATE bookings SET made_at = %Q WHERE uid = 'u%ld'", now, n);
}

static void change_client(struct sim *s, unsigned what)
{
    const unsigned c = rng_below(&s->rng, CLIENTS);
    char now[TIME_TEXT_LEN];
    time_format(s->now, now);
    switch (what) {
    case 0:
        testdb_exec(&s->t, "UPDATE clients SET sms_consent_at = NULL WHERE id = 'c%u'", c);
        break;
    case 1:
        testdb_exec(&s->t,
                    "INSERT OR IGNORE INTO message_opt_outs SELECT phone_number, %Q FROM clients"
                    " WHERE id = 'c%u'",
                    now, c);
        break;
    case 2:
        testdb_exec(&s->t, "UPDATE clients SET phone_number = '+4860%07u' WHERE id = 'c%u'",
                    rng_below(&s->rng, 10000000), c);
        break;
    default: /* most come back */
        testdb_exec(&s->t, "UPDATE clients SET sms_consent_at = 'x' WHERE id = 'c%u'", c);
        testdb_exec(&s->t,
                    "DELETE FROM message_opt_outs WHERE phone = (SELECT phone_number FROM clients"
                    " WHERE id = 'c%u')",
                    c);
    }
    testdb_exec(&s->t, "UPDATE clients SET updated_at = %Q WHERE id = 'c%u'", now, c);
}

static void change_settings(struct sim *s)
{
    struct message_rules *r = &s->settings.rules;
    r->from = 60 * (int)rng_between(&s->rng, 7, 10);
    r->to = 60 * (int)rng_between(&s->rng, 18, 21);
    r->day_before_at = rng_one_in(&s->rng, 2) ? -1 : r->from + 60 * (int)rng_below(&s->rng, 6);
    r->on[MESSAGE_SAME_DAY] = rng_one_in(&s->rng, 2);
    r->same_day_before = (int)rng_between(&s->rng, 30, 300);
    s->settings_at = s->now;
}

/* What happens in a salon in one step. */
static void happen(struct sim *s)
{
    struct rng *g = &s->rng;
    const long recent = s->visits - 1 - (long)rng_below(g, 4 * PER_DAY);
    if (rng_below(g, DAY_STEPS) < PER_DAY) {
        book(s);
    }
    if (recent >= 0 && rng_one_in(g, 12)) {
        move(s, recent);
    }
    if (recent >= 0 && rng_one_in(g, 20)) {
        testdb_exec(&s->t,
                    "UPDATE calendar_events SET status = CASE status WHEN 'cancelled' THEN"
                    " 'scheduled' ELSE 'cancelled' END WHERE id = 'V%ld'",
                    recent);
        char now[TIME_TEXT_LEN];
        time_format(s->now, now);
        testdb_exec(&s->t, "UPDATE bookings SET updated_at = %Q WHERE uid = 'u%ld'", now, recent);
    }
    if (rng_one_in(g, 30)) {
        change_client(s, rng_below(g, 12));
    }
    if (rng_one_in(g, 600)) {
        change_settings(s);
    }
    if (s->carrier.away ? rng_one_in(g, 10) : rng_one_in(g, 200)) {
        s->carrier.away = !s->carrier.away;
    }
    if (s->carrier.away) {
        s->away_at = s->now;
    }
}

/* Three hours after it began, everything about the texts of a visit is known. */
static void judge_visits(struct sim *s)
{
    char from[TIME_TEXT_LEN];
    char to[TIME_TEXT_LEN];
    char settled[TIME_TEXT_LEN];
    time_format(s->now - 3 * CLOCK_HOUR - STEP, from);
    time_format(s->now - 3 * CLOCK_HOUR, to);
    time_format(s->now - 3 * CLOCK_DAY, settled);
    const bool quiet = s->away_at < s->now - 3 * CLOCK_DAY &&
                       s->settings_at < s->now - 3 * CLOCK_DAY && s->settings.rules.able;
    /* Sent but not shown as such, or shown as sent and never accepted. */
    char *lies =
        testdb_ask(&s->t,
                   "SELECT e.id || ' ' || m.kind || ' ' || m.state || ' ' || (t.sid IS NOT NULL)"
                   " FROM calendar_events e JOIN messages m ON m.event_id = e.id AND m.start_time "
                   "= e.start_time"
                   " LEFT JOIN told t ON t.event = e.id AND t.start = e.start_time"
                   " AND t.kind = CASE m.kind WHEN 'day_before' THEN 'D' ELSE 'H' END"
                   " WHERE e.start_time > %Q AND e.start_time <= %Q AND ("
                   " (t.sid IS NOT NULL AND m.state IN ('planned', 'cancelled', 'failed'))"
                   " OR (t.sid IS NULL AND m.state IN ('accepted', 'sent', 'delivered', "
                   "'undelivered'))"
                   " OR m.state = 'planned' OR (m.state = 'sending' AND %d))",
                   from, to, quiet);
    if (lies[0] != '\0') {
        complain(s, &s->untruthful, "a state that is not true", lies);
    }
    free(lies);
    if (!quiet) {
        return;
    }
    /* Nothing about them changed for days: they must have got theirs, or the reason is shown. */
    char *forgotten =
        testdb_ask(&s->t,
                   "SELECT e.id, e.start_time, coalesce(m.state, 'none'), coalesce(m.reason, '')"
                   " FROM calendar_events e JOIN clients c ON c.id = e.client_id"
                   " JOIN bookings b ON b.uid = e.cal_com_event_id"
                   " LEFT JOIN messages m ON m.event_id = e.id AND m.start_time = e.start_time"
                   " AND m.kind = 'day_before'"
                   " WHERE e.start_time > %Q AND e.start_time <= %Q AND e.status = 'scheduled'"
                   " AND c.sms_consent_at IS NOT NULL AND c.updated_at < %Q AND b.made_at < %Q"
                   " AND b.updated_at < %Q AND NOT EXISTS"
                   " (SELECT 1 FROM message_opt_outs o WHERE o.phone = c.phone_number)"
                   " AND NOT EXISTS (SELECT 1 FROM told t WHERE t.event = e.id AND t.kind = 'D'"
                   " AND t.start = e.start_time) AND coalesce(m.state, 'none') NOT IN ('failed', "
                   "'unknown')",
                   from, to, settled, settled, settled);
    if (forgotten[0] != '\0') {
        complain(s, &s->forgotten, "a visit without its text", forgotten);
    }
    free(forgotten);
}

static void open_salon(struct sim *s)
{
    testdb_open(&s->t);
    testdb_exec(&s->t, "CREATE TABLE told (event TEXT, kind TEXT, start TEXT, sid TEXT)");
    testdb_exec(&s->t, "CREATE INDEX told_event ON told (event)");
    testdb_exec(&s->t, "CREATE TABLE was (event TEXT, start TEXT)");
    testdb_exec(&s->t, "CREATE INDEX was_event ON was (event)");
    for (unsigned i = 0; i < CLIENTS; i++) {
        testdb_exec(&s->t,
                    "INSERT INTO clients (id, salon_id, name, phone_number, sms_consent_at,"
                    " updated_at) SELECT 'c%u', id, 'Jan', '+48600100%03u', 'x', '2020' FROM "
                    "salons",
                    i, i);
    }
    s->settings = (struct message_settings){
        .rules =
            {
                .able = true,
                .on = {true, false},
                .from = 8 * 60,
                .to = 20 * 60,
                .day_before_at = -1,
                .same_day_before = 120,
            },
        .language = "pl",
        .segment_price = -1,
    };
    s->settings.templates[MESSAGE_DAY_BEFORE] = strdup("D {pet} {date} {time}");
    s->settings.templates[MESSAGE_SAME_DAY] = strdup("H {pet} {date} {time}");
    s->carrier = (struct carrier){.rng = &s->rng, .now = &s->now, .accepted = judge_text, .arg = s};
    carrier_messenger(&s->carrier, &s->messenger);
}

static void close_salon(struct sim *s)
{
    message_settings_done(&s->settings);
    carrier_done(&s->carrier);
    testdb_close(&s->t);
}

int main(void)
{
    static struct sim s;
    struct tap tap = {0};
    struct err err = {0};
    log_init(LOG_LEVEL_ERROR);
    const long days = test_count("salon-days of text messages", USUAL, MANY);
    if (zone_init("Europe/Warsaw", &err) < 0 || !time_parse("2026-01-05T05:00:00Z", &s.now)) {
        return 1;
    }
    s.rng.state = 9;
    open_salon(&s);
    for (long step = 0; step < days * DAY_STEPS; step++) {
        s.now += STEP;
        happen(&s);
        worker(&s);
        judge_visits(&s);
    }
    const long told = number(&s, "SELECT count(*) FROM told");
    const long unknown = number(&s, "SELECT count(*) FROM messages WHERE state = 'unknown'");
    (void)printf("# %ld days, %ld visits, %ld texts accepted of %ld tried, %ld crashes, %ld answers"
                 " lost, %ld unknown\n",
                 days, s.visits, told, s.carrier.sends, s.carrier.crashes, s.carrier.lost_answers,
                 unknown);
    if (s.first[0] != '\0') {
        (void)printf("# first: %s\n", s.first);
    }
    tap_ok(&tap, s.wrong == 0,
           "no text is about a visit that is not so, or to somebody who may not get it");
    tap_ok(&tap, s.doubled == 0, "no text is sent twice, whenever the program dies");
    tap_ok(&tap, s.night == 0, "no text goes out outside the allowed hours");
    tap_ok(&tap, s.forgotten == 0,
           "no visit that was settled for days is left without its text in silence");
    tap_ok(&tap, s.untruthful == 0, "what the outbox says of a text is what became of it");
    tap_ok(&tap, told > s.visits / 3 && s.carrier.crashes > days / 2 && s.carrier.lost_answers > 0,
           "enough happened for that to mean something");
    close_salon(&s);
    return tap_done(&tap);
}
