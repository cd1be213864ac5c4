/*
 * commands.c: the table of commands, sorted by name; the help is printed from it.
 */
#include "cli/commands.h"

#define OPTION_PASSWORD                                                                     \
    {                                                                                       \
        "--password-stdin", NULL, "read the password from standard input instead of asking" \
    }
#define OPTION_JSON                         \
    {                                       \
        "--json", NULL, "one JSON document" \
    }
#define OPTION_FROM                                                                     \
    {                                                                                   \
        "--from", "WHEN",                                                               \
            "only from then on: 2026-11-22, \"2026-11-22 14:00\", or 24h for a day ago" \
    }
#define OPTION_TO                                                     \
    {                                                                 \
        "--to", "WHEN", "only until then; a date means its whole day" \
    }

const struct cli_command cli_commands[] = {
    {
        .name = "backup",
        .operands = "DIR",
        .min_operands = 1,
        .max_operands = 1,
        .summary = "Back everything up to a folder, also while the service runs",
        .details = "Database, photos and secrets, in a folder of its own below DIR, checked after "
                   "writing. Photos are\n"
                   "kept once for all backups of DIR. Prints where it is. DIR may be a drive or a "
                   "share.",
        .options = {{"--keep", "N", "then forget all but the newest N backups of DIR"}},
        .run = cmd_backup,
    },
    {
        .name = "config",
        .summary = "Print every setting with its default",
        .details = "As a configuration file to start from.",
        .run = cmd_config,
    },
    {
        .name = "demo",
        .summary = "Serve a made-up salon from ./barkbook-demo",
        .details = "Forty clients, their animals and four weeks of visits around today, made anew "
                   "on the first\n"
                   "start of a day. Prints the account to sign in with. Never asks Cal.com.",
        .run = cmd_demo,
        .serves = true,
        .own_data_dir = "./barkbook-demo",
    },
    {
        .name = "doctor",
        .summary = "Check everything BarkBook depends on, and say what to do",
        .details = "Configuration, database, backup, disk, Cal.com's key, clock and webhook, the "
                   "tunnel, text messages:\n"
                   "a line each, ok, warn or fail, and the cure. Works beside the service and "
                   "without it. Exit status\n"
                   "1 when something fails.",
        .options = {OPTION_JSON},
        .run = cmd_doctor,
    },
    {
        .name = "erase client",
        .operands = "ID",
        .min_operands = 1,
        .max_operands = 1,
        .summary = "Forget a client, for good",
        .details =
            "Name, contacts, notes and photos go, with those of pets that nobody else owns, and "
            "what deliveries\n"
            "said of them. Appointments and amounts stay without a name. Cal.com keeps its own "
            "copy: delete the\n"
            "bookings there too. A restored backup is erased anew. The ID stands in the address of "
            "the client's page.",
        .options = {{"--dry-run", NULL, "only say what would be erased"}, OPTION_JSON},
        .run = cmd_erase_client,
    },
    {
        .name = "export",
        .operands = "WHAT",
        .min_operands = 1,
        .max_operands = 1,
        .summary = "Write the salon's records to standard output",
        .details =
            "WHAT: appointments, clients, pets, visits, revenue (a line a month), accounting "
            "(a month for the\n"
            "accountant, without names) or everything. CSV has semicolons and decimal commas, "
            "as Polish\n"
            "spreadsheets want it; everything comes as JSON; appointments also as a calendar "
            "(ics).",
        .options = {OPTION_FROM,
                    OPTION_TO,
                    {"--format", "csv|json|ics", "csv, but json for everything"}},
        .run = cmd_export,
    },
    {
        .name = "import clients",
        .operands = "FILE.csv",
        .min_operands = 1,
        .max_operands = 1,
        .summary = "Take clients and pets from a spreadsheet's CSV file",
        .details =
            "UTF-8 or Windows-1250, with ; or , between the fields. The first line names the "
            "columns, in Polish\n"
            "or English: name, surname, phone_number, email, address, notes, pet_name, pet_type, "
            "pet_breed,\n"
            "pet_birth_date, pet_allergies, pet_notes, sms_consent, gdpr_consent. A line per "
            "animal; lines with\n"
            "the same phone or e-mail are one client. What a card says already stays: a file can "
            "be imported\n"
            "again. Prints what became of each line; when the import fails, nothing of it is kept.",
        .options = {{"--dry-run", NULL, "only say what would become of each line"}, OPTION_JSON},
        .run = cmd_import_clients,
    },
    {
        .name = "reconcile",
        .summary = "Catch up with Cal.com now (also --reconcile)",
        .details = "Asks Cal.com what changed since the last time and corrects the appointments; "
                   "works with\n"
                   "and without a running service. Prints a line per change and a summary.\n"
                   "WHEN: 2026-11-01, \"2026-11-01 08:00\", or how long ago (90d, 12h).\n"
                   "Exit status: 0 complete; 75 not finished (network, Cal.com busy, Ctrl-C), run "
                   "it again and\n"
                   "it goes on; 1 it needs you (key, configuration, database); 2 usage.",
        .options = {{"--full", NULL, "compare every booking, 30 days back and 180 ahead"},
                    {"--since", "WHEN", "the same, from WHEN on"},
                    {"--dry-run", NULL, "show what would change, write nothing"},
                    {"--json", NULL, "print one JSON document"},
                    {"--patience", "SECONDS", "give up after so long without progress (60)"}},
        .run = cmd_reconcile,
    },
    {
        .name = "restore",
        .operands = "DIR",
        .min_operands = 1,
        .max_operands = 1,
        .summary = "Put a backup in the place of the data folder",
        .details = "DIR is one backup, or a folder of backups: then the newest of it; a single "
                   "database file that\n"
                   "was kept before an update is taken too. Stop the service first. The backup is "
                   "checked before\n"
                   "anything is touched, and what it replaces is kept beside it. Clients erased "
                   "since are erased\n"
                   "again. Everybody has to sign in again.",
        .run = cmd_restore,
    },
    {
        .name = "serve",
        .summary = "Run the appliance (the default)",
        .details = "Serves the dashboard and the webhook address until it gets SIGTERM or SIGINT.",
        .options = {{"--welcome", NULL, "first print where everything is"},
                    {"--commit-each", NULL, "commit every delivery by itself (to measure)"}},
        .run = cmd_serve,
        .serves = true,
    },
    {
        .name = "user add",
        .operands = "NAME",
        .min_operands = 1,
        .max_operands = 1,
        .summary = "Make an account to sign in with",
        .details = "Asks for the password. The first owner can also be made in the browser, by the "
                   "one-time link\n"
                   "that the service prints.",
        .options = {{"--role", "owner|staff", "what it may do (staff)"}, OPTION_PASSWORD},
        .run = cmd_user_add,
    },
    {
        .name = "user disable",
        .operands = "NAME",
        .min_operands = 1,
        .max_operands = 1,
        .summary = "Keep an account from signing in",
        .details =
            "Ends its sessions at once. What it recorded stays. The last owner cannot be disabled.",
        .options = {{"--undo", NULL, "let it sign in again"}},
        .run = cmd_user_disable,
    },
    {
        .name = "user list",
        .summary = "List the accounts",
        .options = {OPTION_JSON},
        .run = cmd_user_list,
    },
    {
        .name = "user passwd",
        .operands = "NAME",
        .min_operands = 1,
        .max_operands = 1,
        .summary = "Set a new password",
        .details = "Ends the account's sessions.",
        .options = {OPTION_PASSWORD},
        .run = cmd_user_passwd,
    },
    {
        .name = "verify",
        .operands = "DIR",
        .min_operands = 1,
        .max_operands = 1,
        .summary = "Check a backup: read every byte of it",
        .details = "DIR as for restore. Compares every file with the manifest and has SQLite check "
                   "the database.\n"
                   "Exit status 0 only when it can be restored.",
        .run = cmd_verify,
    },
    {
        .name = "webhooks list",
        .summary = "List deliveries, newest first",
        .options = {{"--status", "STATUS", "only success, ignored, duplicate, error or processing"},
                    {"--limit", "N", "at most so many (50)"},
                    OPTION_FROM,
                    OPTION_TO,
                    OPTION_JSON},
        .run = cmd_webhooks_list,
    },
    {
        .name = "webhooks register",
        .summary = "Make or repair Cal.com's webhook subscription",
        .details = "Shows what differs first: address (public_url), secret, triggers, switched on, "
                   "no template of its own.\n"
                   "Subscriptions that lead elsewhere are left alone. Exit status 1 when it is "
                   "still not right.",
        .options = {{"--dry-run", NULL, "show what differs, change nothing"}, OPTION_JSON},
        .run = cmd_webhooks_register,
    },
    {
        .name = "webhooks replay",
        .operands = "[ID]",
        .max_operands = 1,
        .summary = "Apply stored deliveries again",
        .details = "One by its id, or all that failed, or all of a range of time, oldest first. "
                   "Replaying what was\n"
                   "applied before changes nothing. Works while the service runs. Exit status 1 "
                   "when some still fail.",
        .options = {{"--failed", NULL, "those with status error"}, OPTION_FROM, OPTION_TO},
        .run = cmd_webhooks_replay,
    },
    {
        .name = "webhooks send",
        .operands = "[FILE]",
        .max_operands = 1,
        .summary = "Sign a delivery and post it to the running service",
        .details = "Without FILE a made-up booking for this afternoon, or for tomorrow at ten. "
                   "FILE is sent byte by\n"
                   "byte; - reads standard input. Prints the answer; exit status 0 only for 200.",
        .options = {{"--url", "URL", "post there instead of to the configured webhook_listen"}},
        .run = cmd_webhooks_send,
    },
    {
        .name = "webhooks show",
        .operands = "ID",
        .min_operands = 1,
        .max_operands = 1,
        .summary = "Show one delivery with its payload",
        .options = {{"--json", NULL, "on one line"}},
        .run = cmd_webhooks_show,
    },
};
const size_t cli_command_count = ARRAY_LEN(cli_commands);
