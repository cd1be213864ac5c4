/*
 * power_cut.c: law 8: an answered delivery survives a power cut. Deliveries come in from several
 * threads on a recorded disk, with checkpoints between; then the power fails after any of its
 * steps, and what is left is opened as at the next start.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "count.h"
#include "db/writer.h"
#include "disk_record.h"
#include "sync/inbox.h"
#include "tap.h"
#include "temp_db.h"

#define THREADS 6
#define EACH    100 /* deliveries of a thread: enough for several checkpoints */
#define SEED    UINT64_C(20261122)

/* Big enough that the write-ahead log fills and is written back while others come in. */
#define NOTES_LEN 3000

static char *body_of(int thread, int number, const char *notes)
{
    char *body = NULL;
    if (asprintf(&body,
                 "{\"triggerEvent\":\"BOOKING_CREATED\",\"createdAt\":\"2026-11-22T09:%02d:%02d."
                 "000Z\","
                 "\"payload\":{\"uid\":\"cut-%d-%d\",\"title\":\"Kąpiel\",\"status\":\"ACCEPTED\","
                 "\"startTime\":\"2026-11-%02dT13:00:00Z\",\"endTime\":\"2026-11-%02dT14:00:00Z\","
                 "\"additionalNotes\":\"%s\",\"attendees\":[{\"email\":\"a%d@example.pl\","
                 "\"name\":\"Jan Próbny\",\"timeZone\":\"Europe/Warsaw\"}]}}",
                 number / 60, number % 60, thread, number, 1 + number % 30, 1 + number % 30, notes,
                 thread) < 0) {
        abort();
    }
    return body;
}

struct worker {
    struct inbox_context *inbox;
    struct disk_record *record;
    size_t answered[EACH]; /* steps the disk had taken when it was answered */
    int thread;
    bool failed;
};

static void *deliver(void *arg)
{
    struct worker *w = arg;
    char notes[NOTES_LEN + 1];
    memset(notes, 'a' + w->thread, NOTES_LEN);
    notes[NOTES_LEN] = '\0';
    for (int i = 0; i < EACH; i++) {
        struct inbox_result result;
        struct err err;
        char *body = body_of(w->thread, i, notes);
        int rc = inbox_deliver(w->inbox, body, strlen(body), clock_now_ms(), &result, &err);
        free(body);
        if (rc < 0 || result.status != INBOX_SUCCESS) {
            (void)printf("# delivery: %s\n", rc < 0 ? err.msg : result.message);
            w->failed = true;
            return NULL;
        }
        w->answered[i] = disk_record_place(w->record);
    }
    return NULL;
}

struct tally {
    long cuts, answered, lost, half, unsound;
};

/* What the next start finds. */
static void look(const struct worker *workers, size_t place, const char *dir, struct tally *t)
{
    char path[TEMP_PATH_LEN];
    temp_path(dir, "cut.db", path);
    struct db *db = NULL;
    struct err err;
    t->cuts++;
    if (db_open(path, DB_WRITE, false, &db, &err) < 0) {
        t->unsound++;
        return;
    }
    sqlite3_stmt *st = NULL;
    bool sound = db_stmt(db, "PRAGMA integrity_check", &st, &err) == 0 &&
                 db_step(db, st, &err) == 1 && strcmp(db_text(st, 0), "ok") == 0;
    db_reset(st);
    if (!sound) {
        t->unsound++;
        db_close(db);
        return;
    }
    for (int w = 0; w < THREADS; w++) {
        int64_t answered = 0;
        while (answered < EACH && workers[w].answered[answered] <= place) {
            answered++;
        }
        char sql[160];
        (void)
            snprintf(sql, sizeof sql,
                     "SELECT count(*) FROM calendar_events WHERE cal_com_event_id GLOB 'cut-%d-*'",
                     w);
        const int64_t there = temp_db_int(db, sql);
        t->answered += (long)answered;
        t->lost += there < answered ? (long)(answered - there) : 0;
    }
    /* A delivery is in the log, applied, and in the history; or it never came. */
    const int64_t logged = temp_db_int(db, "SELECT count(*) FROM webhook_logs");
    t->half += temp_db_int(db, "SELECT count(*) FROM webhook_logs WHERE status <> 'success'");
    t->half += temp_db_int(db, "SELECT count(*) FROM calendar_events") != logged;
    t->half += temp_db_int(db, "SELECT count(*) FROM bookings") != logged;
    db_close(db);
}

static void cut_at_random(struct worker *workers, const struct disk_record *record, long cuts,
                          bool liar, struct tally *t)
{
    char dir[TEMP_PATH_LEN];
    struct rng rng = {SEED};
    temp_dir_make(dir);
    for (long i = 0; i < cuts; i++) {
        const size_t place = rng_below(&rng, (unsigned)record->count + 1);
        char shm[TEMP_PATH_LEN];
        temp_path(dir, "cut.db-shm", shm);
        (void)unlink(shm);
        disk_record_cut(record, place, &rng, liar, dir);
        look(workers, place, dir, t);
    }
    temp_dir_remove(dir);
}

/* The recorded run. */
static void play(struct worker *workers, struct disk_record *record, bool *ok)
{
    struct fault_vfs *disk = fault_vfs_install();
    struct temp_db t = {0};
    temp_db_make(&t);
    db_close(t.db);
    t.db = NULL;
    disk_record_init(record, t.path);
    disk->watch_arg = record;
    disk->watch = disk_record_watch;
    struct writer *writer = NULL;
    struct err err;
    if (writer_new(&(struct writer_options){.path = t.path}, &writer, &err) < 0) {
        (void)printf("# %s\n", err.msg);
        *ok = false;
        return;
    }
    struct inbox_context inbox = {.writer = writer, .complete_after_ms = 15 * CLOCK_MINUTE};
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        workers[i] = (struct worker){.inbox = &inbox, .record = record, .thread = i};
        if (pthread_create(&threads[i], NULL, deliver, &workers[i]) != 0) {
            abort();
        }
    }
    for (int i = 0; i < THREADS; i++) {
        (void)pthread_join(threads[i], NULL);
        *ok = *ok && !workers[i].failed;
    }
    /* The cuts end with the last answer: what a clean stop does is no part of it. */
    disk_record_end(record);
    writer_free(writer);
    disk->watch = NULL;
    temp_db_done(&t);
}

int main(void)
{
    static struct worker workers[THREADS];
    struct tap tap = {0};
    struct disk_record record;
    struct tally honest = {0};
    struct tally liar = {0};
    bool ok = true;
    play(workers, &record, &ok);
    tap_ok(&tap, ok, "every delivery is answered with success");
    if (ok) {
        cut_at_random(workers, &record, test_count("power cuts", 150, 3000), false, &honest);
        cut_at_random(workers, &record, 40, true, &liar);
        (void)printf("# %zu steps of the disk, %ld cuts: %ld answered, %ld lost, %ld by half, %ld "
                     "unsound\n",
                     record.count, honest.cuts, honest.answered, honest.lost, honest.half,
                     honest.unsound);
        (void)printf("# with a disk that lies: %ld answered, %ld lost, %ld unsound of %ld\n",
                     liar.answered, liar.lost, liar.unsound, liar.cuts);
    }
    tap_ok(&tap, ok && honest.answered > 0 && honest.lost == 0,
           "law 8: no answered delivery is lost by a power cut");
    tap_ok(&tap, ok && honest.half == 0, "law 8: no delivery is there by half after a power cut");
    tap_ok(&tap, ok && honest.unsound == 0, "the database is sound after every power cut");
    tap_ok(&tap, liar.lost + liar.unsound > 0, "the same check notices a disk that does not sync");
    disk_record_done(&record);
    return tap_done(&tap);
}
