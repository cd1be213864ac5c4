/*
 * cli.c: from argv to one command of the table, and from its failure to a sentence and an exit
 * status. Knows no command by name but the default and the alias. No state.
 */
#include "cli/cli.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/log.h"
#include "cli/command.h"
#include "cli/help.h"
#include "cli/owner.h"

struct arguments {
    const char *config_file;
    const char *data_dir;
    const char *web_dir;
    bool verbose;
    bool help;
    bool version;
    const char *group; /* first word of a command of two */
};

static const struct cli_command *find_command(const char *group, const char *word)
{
    for (size_t i = 0; i < cli_command_count; i++) {
        const char *name = cli_commands[i].name;
        if (group == NULL) {
            if (strcmp(name, word) == 0) {
                return &cli_commands[i];
            }
            continue;
        }
        size_t n = strlen(group);
        if (strncmp(name, group, n) == 0 && name[n] == ' ' && strcmp(name + n + 1, word) == 0) {
            return &cli_commands[i];
        }
    }
    return NULL;
}

static bool is_group(const char *word)
{
    size_t n = strlen(word);
    for (size_t i = 0; i < cli_command_count; i++) {
        if (strncmp(cli_commands[i].name, word, n) == 0 && cli_commands[i].name[n] == ' ') {
            return true;
        }
    }
    return false;
}

/* "--name" or "--name=value": the length of the name, and the value after '=' if there is one. */
static size_t option_name(const char *arg, const char **value)
{
    const char *equals = strchr(arg, '=');
    *value = equals != NULL ? equals + 1 : NULL;
    return equals != NULL ? (size_t)(equals - arg) : strlen(arg);
}

static bool named(const char *arg, size_t n, const char *name)
{
    return strlen(name) == n && memcmp(arg, name, n) == 0;
}

/* Takes the value of an option: after '=', else the next argument. */
static int take_value(const char *arg, size_t n, const char *inline_value, int argc, char **argv,
                      int *i, const char **out, struct err *err)
{
    if (inline_value != NULL) {
        *out = inline_value;
        return 0;
    }
    if (*i + 1 >= argc) {
        return err_set(err, ERR_USAGE, "%.*s: its value is missing: see barkbook --help", (int)n,
                       arg);
    }
    *out = argv[++*i];
    return 0;
}

/* 1 taken, 0 not a global option. */
static int global_option(struct arguments *a, int argc, char **argv, int *i, struct err *err)
{
    const char *arg = argv[*i];
    const char *value = NULL;
    size_t n = option_name(arg, &value);
    const struct {
        const char *name;
        const char **out;
    } valued[] = {{"--config", &a->config_file},
                  {"--data-dir", &a->data_dir},
                  {"--web-dir", &a->web_dir}};
    for (size_t k = 0; k < ARRAY_LEN(valued); k++) {
        if (named(arg, n, valued[k].name)) {
            int rc = take_value(arg, n, value, argc, argv, i, valued[k].out, err);
            return rc < 0 ? rc : 1;
        }
    }
    const struct {
        const char *name;
        bool *out;
    } flags[] = {{"-v", &a->verbose},
                 {"--verbose", &a->verbose},
                 {"-h", &a->help},
                 {"--help", &a->help},
                 {"--version", &a->version}};
    for (size_t k = 0; k < ARRAY_LEN(flags); k++) {
        if (strcmp(arg, flags[k].name) == 0) {
            *flags[k].out = true;
            return 1;
        }
    }
    return 0;
}

static int command_option(struct cli *c, int argc, char **argv, int *i, struct err *err)
{
    const char *arg = argv[*i];
    const char *value = NULL;
    size_t n = option_name(arg, &value);
    if (c->command == NULL && strcmp(arg, "--reconcile") == 0) {
        c->command = find_command(NULL, "reconcile");
        if (c->command != NULL) {
            return 0;
        }
    }
    for (int k = 0;
         c->command != NULL && k < CLI_OPTIONS_MAX && c->command->options[k].name != NULL; k++) {
        const struct cli_option *o = &c->command->options[k];
        if (!named(arg, n, o->name)) {
            continue;
        }
        if (o->value != NULL) {
            return take_value(arg, n, value, argc, argv, i, &c->value[k], err);
        }
        if (value != NULL) {
            return err_set(err, ERR_USAGE, "%s takes no value: see barkbook %s --help", o->name,
                           c->command->name);
        }
        c->value[k] = "";
        return 0;
    }
    return err_set(err, ERR_USAGE, "%.*s: unknown option: see barkbook %s%s--help", (int)n, arg,
                   c->command != NULL ? c->command->name : "", c->command != NULL ? " " : "");
}

static int word(struct cli *c, struct arguments *a, const char *arg, struct err *err)
{
    if (c->command == NULL) {
        c->command = find_command(a->group, arg);
        if (c->command != NULL) {
            a->group = NULL;
            return 0;
        }
        if (a->group == NULL && is_group(arg)) {
            a->group = arg;
            return 0;
        }
        return err_set(err, ERR_USAGE, "%s%s%s: unknown command: see barkbook --help",
                       a->group != NULL ? a->group : "", a->group != NULL ? " " : "", arg);
    }
    if (c->operand_count >= c->command->max_operands || c->operand_count >= CLI_OPERANDS_MAX) {
        return err_set(err, ERR_USAGE, "%s: one argument too many: see barkbook %s --help", arg,
                       c->command->name);
    }
    c->operand[c->operand_count++] = arg;
    return 0;
}

static int parse(struct cli *c, struct arguments *a, int argc, char **argv, struct err *err)
{
    bool options_over = false;
    for (int i = 1; i < argc; i++) {
        int rc = 0;
        if (!options_over && strcmp(argv[i], "--") == 0) {
            options_over = true;
        } else if (!options_over && argv[i][0] == '-' && argv[i][1] != '\0') {
            rc = global_option(a, argc, argv, &i, err);
            if (rc == 0) {
                rc = command_option(c, argc, argv, &i, err);
            }
        } else {
            rc = word(c, a, argv[i], err);
        }
        if (rc < 0) {
            return rc;
        }
    }
    return 0;
}

static int check_words(const struct cli *c, const struct arguments *a, struct err *err)
{
    if (a->group != NULL) {
        return err_set(err, ERR_USAGE, "%s: a second word is missing: see barkbook %s --help",
                       a->group, a->group);
    }
    if (c->operand_count < c->command->min_operands) {
        return err_set(err, ERR_USAGE, "%s: %s is missing: see barkbook %s --help",
                       c->command->name, c->command->operands, c->command->name);
    }
    return 0;
}

static int run(struct cli *c, const struct arguments *a, struct err *err)
{
    /* Everything made from here on (database, secrets, exports) is for this user alone. */
    (void)umask(0077);
    CLEANUP(config_done) struct config config = {0};
    const char *dir = a->data_dir != NULL ? a->data_dir : c->command->own_data_dir;
    int rc = config_load(&config, a->config_file, dir, err);
    if (rc == 0) {
        rc = zone_init(config.server.timezone, err);
    }
    if (rc == 0) {
        rc = owner_become(config.server.data_dir, err);
    }
    if (rc < 0) {
        return rc;
    }
    enum log_level most = c->command->serves ? LOG_LEVEL_INFO : LOG_LEVEL_WARN;
    log_init(c->verbose ? LOG_LEVEL_DEBUG : most);
    c->config = &config;
    rc = c->command->run(c, err);
    c->config = NULL;
    return rc;
}

int cli_main(int argc, char **argv, cli_serve_fn *serve)
{
    struct arguments a = {0};
    struct cli c = {.serve = serve};
    struct err err = {0};
    int rc = parse(&c, &a, argc, argv, &err);
    c.web_dir = a.web_dir;
    c.verbose = a.verbose;
    if (rc == 0 && a.version) {
        (void)printf("barkbook %s\n", BARKBOOK_VERSION);
    } else if (rc == 0 && a.help) {
        help_print(c.command, a.group);
    } else if (rc == 0) {
        if (c.command == NULL && a.group == NULL) {
            c.command = find_command(NULL, "serve");
        }
        rc = check_words(&c, &a, &err);
        if (rc == 0) {
            rc = run(&c, &a, &err);
        }
    }
    if (rc >= 0 && (fflush(stdout) != 0 || ferror(stdout))) {
        rc = err_set(&err, ERR_IO, "cannot write the result: %m");
    }
    if (rc < 0) {
        (void)fflush(stdout);
        (void)fprintf(stderr, "barkbook: %s\n", err.msg);
        return err_exit_status(err_code_of(rc));
    }
    return rc;
}
