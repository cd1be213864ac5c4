/*
 * cmd_erase.c: forgets a client, from the shell. Works beside a running service.
 */
#include <stdio.h>

#include "base/clock.h"
#include "base/json.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "sync/erase.h"

static int print_json(const struct erase_client *e, struct err *err)
{
    const struct erase_counts *n = &e->counts;
    CLEANUP(buf_done) struct buf out;
    struct jw w;
    buf_init(&out, CLI_JSON_MAX);
    jw_init(&w, &out);
    jw_object(&w, NULL);
    jw_bool(&w, "dry_run", e->preview);
    jw_text(&w, "client_id", e->id);
    jw_text(&w, "receipt", e->preview ? NULL : e->receipt);
    jw_int(&w, "cards", n->cards);
    jw_int(&w, "pets", n->pets);
    jw_int(&w, "shared_pets", n->shared_pets);
    jw_int(&w, "appointments", n->appointments);
    jw_int(&w, "upcoming", n->upcoming);
    jw_int(&w, "visits", n->visits);
    jw_int(&w, "photos", n->photos);
    jw_int(&w, "deliveries", n->deliveries);
    jw_end_object(&w);
    return cli_print_json(&out, err);
}

static void print_text(const struct erase_client *e)
{
    const struct erase_counts *n = &e->counts;
    (void)
        printf("%s: %lld cards, %lld pets, the notes of %lld visits, %lld photos, the text of %lld "
               "deliveries.\n",
               e->preview ? "Would be erased" : "Erased", (long long)n->cards, (long long)n->pets,
               (long long)n->visits, (long long)n->photos, (long long)n->deliveries);
    (void)printf("%lld appointments stay without a name, %lld of them still to come.\n",
                 (long long)n->appointments, (long long)n->upcoming);
    if (n->shared_pets > 0) {
        (void)printf("%lld pets stay: they have other owners.\n", (long long)n->shared_pets);
    }
    if (e->preview) {
        (void)printf("Nothing was written.\n");
    } else {
        (void)printf("Receipt %s. Backups made before still hold the client; a restored one is "
                     "erased anew.\n",
                     e->receipt);
    }
}

int cmd_erase_client(struct cli *c, struct err *err)
{
    const struct actor who = {.now = clock_now_ms()};
    struct erase_client e = {.who = &who,
                             .client_id = c->operand[0],
                             .preview = cli_option(c, "--dry-run") != NULL,
                             .data_dir = c->config->server.data_dir};
    CLEANUP(db_close) struct db *db = NULL;
    int rc = cli_database(c, false, &db, err);
    if (rc >= 0) {
        rc = db_transaction(db, erase_client_job, &e, err);
    }
    if (rc >= 0 && !e.preview) {
        rc = erase_sweep(e.data_dir, err);
    }
    if (rc < 0) {
        return rc;
    }
    if (cli_option(c, "--json") != NULL) {
        return print_json(&e, err);
    }
    print_text(&e);
    return 0;
}
