/*
 * search.c: how long the search takes in a salon chain's card index: 100,000 clients with 150,000
 * pets unless told otherwise (bench_search CLIENTS). Prints figures of the search, and in the same
 * run of the plainest rival, a LIKE over names and phones, in time of the processor. Ends with 1
 * when a query needs more than 20 ms at the 99th percentile.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/phone.h"
#include "salon/search.h"
#include "salon/search_index.h"
#include "temp_db.h"

#define ALLOWED_MS 20.0

static const char *const firsts[] = {"Anna",      "Maria",     "Katarzyna", "Małgorzata",
                                     "Agnieszka", "Barbara",   "Ewa",       "Krystyna",
                                     "Elżbieta",  "Zofia",     "Teresa",    "Magdalena",
                                     "Joanna",    "Janina",    "Monika",    "Danuta",
                                     "Piotr",     "Krzysztof", "Andrzej",   "Jan",
                                     "Stanisław", "Tomasz",    "Paweł",     "Marcin",
                                     "Michał",    "Marek",     "Grzegorz",  "Józef",
                                     "Łukasz",    "Adam",      "Zbigniew",  "Jerzy",
                                     "Żaneta",    "Ścibor",    "Ola",       "Iga",
                                     "Natalia",   "Kinga",     "Róża",      "Wit"};
static const char *const stems[] = {"Nowak",   "Kowal",    "Wiśni",   "Dąbr",    "Lewand", "Wójcik",
                                    "Kamiń",   "Kowalcz",  "Zieliń",  "Szymań",  "Woźni",  "Kozł",
                                    "Jankow",  "Wojciech", "Kwiatk",  "Kaczmar", "Mazur",  "Krawcz",
                                    "Piotrow", "Grabow",   "Nowakow", "Pawłow",  "Michal", "Król",
                                    "Wieczor", "Jabłoń",   "Wróbel",  "Dudek",   "Adamcz", "Łapk",
                                    "Żółć",    "Świder",   "Ćwikł",   "Źrebi",   "Głąb",   "Bąk",
                                    "Rys",     "Lis",      "Sikor",   "Zając"};
static const char *const ends[] = {"",     "ska", "ski", "owska", "owski",
                                   "czyk", "ak",  "ek",  "icz",   "a"};
static const char *const pets[] = {"Burek",   "Azor",    "Reksio", "Luna",   "Max",   "Bella",
                                   "Łatka",   "Fafik",   "Sonia",  "Rocky",  "Figa",  "Misiek",
                                   "Tofik",   "Kora",    "Nero",   "Żuczek", "Perła", "Pusia",
                                   "Mruczek", "Filemon", "Lola",   "Toffi",  "Koko",  "Bruno",
                                   "Dżeki",   "Śnieżka", "Gucio",  "Hera",   "Ares",  "Nela"};
static const char *const breeds[] = {"York",     "Maltańczyk",
                                     "Shih tzu", "Sznaucer miniaturowy",
                                     "Pudel",    "Cocker spaniel",
                                     "Kundelek", "Owczarek niemiecki",
                                     "Bichon",   NULL};
static const char *const queries[] = {"a",
                                      "k",
                                      "z",
                                      "ł",
                                      "an",
                                      "ko",
                                      "bu",
                                      "kow",
                                      "now",
                                      "bur",
                                      "lapka",
                                      "Łapka",
                                      "zolc",
                                      "Żółć",
                                      "jan",
                                      "jan k",
                                      "an ko",
                                      "maria now",
                                      "kowalska",
                                      "kowalska anna",
                                      "anna kowalska",
                                      "nowak jan",
                                      "burek",
                                      "burek kowalski",
                                      "luna nowak",
                                      "lu no",
                                      "york",
                                      "york kow",
                                      "sznaucer",
                                      "swider zofia",
                                      "rocky wit",
                                      "123",
                                      "1234",
                                      "999",
                                      "0000",
                                      "600",
                                      "600 1",
                                      "+48 6",
                                      "kowalski 12",
                                      "burek 55",
                                      "max lis",
                                      "qqq",
                                      "jan jan",
                                      "p m k",
                                      "a b",
                                      "michalowska agnieszka bella"};

static uint64_t state = 88172645463325252ULL;

static unsigned draw(unsigned below)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (unsigned)((state >> 11) % below);
}

/* Few names are common and many are rare. */
static unsigned draw_common(unsigned below)
{
    unsigned a = draw(below);
    unsigned b = draw(below);
    return a < b ? a : b;
}

static void must(bool ok, const char *what)
{
    if (!ok) {
        (void)fprintf(stderr, "bench_search: %s\n", what);
        exit(2);
    }
}

static sqlite3_stmt *prepare(struct db *db, const char *sql)
{
    sqlite3_stmt *st = NULL;
    must(sqlite3_prepare_v2(db_handle(db), sql, -1, &st, NULL) == SQLITE_OK,
         sqlite3_errmsg(db_handle(db)));
    return st;
}

static void run(struct db *db, sqlite3_stmt *st)
{
    must(sqlite3_step(st) == SQLITE_DONE, sqlite3_errmsg(db_handle(db)));
    (void)sqlite3_reset(st);
}

static void fill_pet(struct db *db, sqlite3_stmt *pet, sqlite3_stmt *owner, int id, int client)
{
    char pet_id[40];
    char client_id[40];
    (void)snprintf(pet_id, sizeof pet_id, "01900000-0000-7000-a000-%012d", id);
    (void)snprintf(client_id, sizeof client_id, "01900000-0000-7000-8000-%012d", client);
    db_bind_text(pet, ":id", pet_id);
    db_bind_text(pet, ":name", pets[draw_common(ARRAY_LEN(pets))]);
    db_bind_text(pet, ":breed", breeds[draw(ARRAY_LEN(breeds))]);
    run(db, pet);
    db_bind_text(owner, ":client", client_id);
    db_bind_text(owner, ":pet", pet_id);
    run(db, owner);
}

static void fill(struct db *db, int clients)
{
    sqlite3_stmt *client = prepare(db, "INSERT INTO clients (id, salon_id, name, surname, "
                                       "phone_number, email) SELECT :id, s.id,"
                                       " :name, :surname, :phone, :email FROM salons s");
    sqlite3_stmt *pet = prepare(db, "INSERT INTO pets (id, salon_id, name, breed)"
                                    " SELECT :id, s.id, :name, :breed FROM salons s");
    sqlite3_stmt *owner = prepare(db, "INSERT INTO client_pets VALUES (:client, :pet)");
    sqlite3_stmt *visit = prepare(db, "INSERT INTO calendar_events (id, client_id, start_time, "
                                      "end_time, duration_minutes, status)"
                                      " VALUES (:id, :client, :start, :start, 60, 'completed')");
    temp_db_exec(db, "BEGIN");
    int pet_count = 0;
    for (int i = 0; i < clients; i++) {
        char id[40];
        char surname[64];
        char phone[PHONE_LEN];
        char email[80];
        char start[40];
        (void)snprintf(id, sizeof id, "01900000-0000-7000-8000-%012d", i);
        (void)snprintf(surname, sizeof surname, "%s%s", stems[draw_common(ARRAY_LEN(stems))],
                       ends[draw(ARRAY_LEN(ends))]);
        (void)snprintf(phone, sizeof phone, "+48%u%08u", 5 + draw(3), draw(100000000));
        (void)snprintf(email, sizeof email, "klient%d@example.pl", i);
        db_bind_text(client, ":id", id);
        db_bind_text(client, ":name", firsts[draw_common(ARRAY_LEN(firsts))]);
        db_bind_text(client, ":surname", surname);
        db_bind_text(client, ":phone", phone);
        db_bind_text(client, ":email", draw(3) > 0 ? email : NULL);
        run(db, client);
        for (unsigned k = 1 + draw(2); k > 0; k--) {
            fill_pet(db, pet, owner, pet_count++, i);
        }
        (void)snprintf(start, sizeof start, "2026-%02u-%02uT10:00:00.000Z", 1 + draw(12),
                       1 + draw(28));
        db_bind_text(visit, ":id", id);
        db_bind_text(visit, ":client", id);
        db_bind_text(visit, ":start", start);
        run(db, visit);
    }
    temp_db_exec(db, "COMMIT");
    sqlite3_finalize(client);
    sqlite3_finalize(pet);
    sqlite3_finalize(owner);
    sqlite3_finalize(visit);
    (void)printf("%d clients, %d pets\n", clients, pet_count);
}

/* Of this thread: what other programs do on the machine is no matter of ours. */
static double now_ms(void)
{
    struct timespec ts;
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
    return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

/* By the job that does it in earnest, a commit each. */
static void build_index(struct db *db)
{
    struct err err = {0};
    double began = now_ms();
    int rc = 1;
    while (rc > 0) {
        rc = db_transaction(db, search_refresh_job, NULL, &err);
    }
    must(rc == 0, err.msg);
    (void)printf("index built in %.1f s\n", (now_ms() - began) / 1e3);
}

/* The rival: what one would write first. Without folding, and one word only. */
#define SQL_LIKE                                                                                \
    "SELECT c.id FROM clients c WHERE c.name LIKE '%' || :q || '%' OR c.surname LIKE '%' || :q" \
    " || '%' OR c.phone_number LIKE '%' || :q || '%' OR EXISTS (SELECT 1 FROM client_pets cp"   \
    " JOIN pets p ON p.id = cp.pet_id WHERE cp.client_id = c.id AND p.name LIKE '%' || :q ||"   \
    " '%') ORDER BY c.surname, c.name LIMIT 20"

static int compare_times(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static double percentile(const double *sorted, size_t n, double p)
{
    size_t i = (size_t)((double)n * p);
    return sorted[i < n ? i : n - 1];
}

static double search_once(struct db *db, const char *typed, size_t *count)
{
    static struct search_result found[SEARCH_LIMIT_MAX];
    const struct actor who = {0};
    struct err err = {0};
    double began = now_ms();
    must(search_find(db, &who, typed, SEARCH_CLIENTS | SEARCH_PETS, found, 20, count, &err) == 0,
         err.msg);
    return now_ms() - began;
}

static double measure(struct db *db, int rounds)
{
    size_t n = 0;
    double *times = calloc(ARRAY_LEN(queries) * (size_t)rounds, sizeof *times);
    must(times != NULL, "out of memory");
    double worst = 0;
    const char *slowest = "";
    for (int r = 0; r < rounds; r++) {
        for (size_t i = 0; i < ARRAY_LEN(queries); i++) {
            size_t count = 0;
            double ms = search_once(db, queries[i], &count);
            if (ms > worst) {
                worst = ms;
                slowest = queries[i];
            }
            times[n++] = ms;
        }
    }
    qsort(times, n, sizeof *times, compare_times);
    double p50 = percentile(times, n, 0.5);
    double p99 = percentile(times, n, 0.99);
    (void)printf("search: %zu queries: median %.2f ms, 95%% %.2f ms, 99%% %.2f ms, worst %.2f ms "
                 "(%s)\n",
                 n, p50, percentile(times, n, 0.95), p99, worst, slowest);
    free(times);
    double like = 0;
    size_t asked = 0;
    sqlite3_stmt *st = prepare(db, SQL_LIKE);
    for (size_t i = 0; i < ARRAY_LEN(queries); i += 4) {
        double began = now_ms();
        db_bind_text(st, ":q", queries[i]);
        while (sqlite3_step(st) == SQLITE_ROW) {
        }
        (void)sqlite3_reset(st);
        like += now_ms() - began;
        asked++;
    }
    sqlite3_finalize(st);
    like /= (double)asked;
    (void)printf("LIKE over everything: %.1f ms on average; the search's median is %.0f times "
                 "faster\n",
                 like, like / p50);
    return p99;
}

int main(int argc, char **argv)
{
    struct temp_db t = {0};
    struct err err = {0};
    struct db *reader = NULL;
    long clients = argc > 1 ? strtol(argv[1], NULL, 10) : 100000;
    temp_db_make(&t);
    temp_db_exec(t.db, "PRAGMA synchronous = OFF");
    fill(t.db, (int)clients);
    build_index(t.db);
    must(db_open(t.path, DB_READ, false, &reader, &err) == 0, err.msg);
    double p99 = measure(reader, 20);
    db_close(reader);
    temp_db_done(&t);
    return p99 > ALLOWED_MS;
}
