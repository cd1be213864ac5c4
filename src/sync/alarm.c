/*
 * alarm.c: see alarm.h. Pure, apart from the struct it is given. The sentences are short enough for
 * a text message and hold nothing about clients.
 */
#include "sync/alarm.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"

#define AGAIN CLOCK_DAY

static const struct {
    const char *code, *pl, *en;
} texts[] = {
    {"backup_command_failed", "polecenie po kopii zapasowej zawodzi",
     "the command after the backup fails"},
    {"backup_copy_failed", "kopia zapasowa na drugi dysk się nie udaje",
     "the backup cannot be copied to the second disk"},
    {"backup_failed", "kopia zapasowa się nie udaje", "the backup fails"},
    {"backup_old", "od dwóch dni nie ma kopii zapasowej", "there has been no backup for two days"},
    {"clock_wrong", "zegar komputera chodzi źle", "the computer's clock is wrong"},
    {"database_damaged", "baza danych jest uszkodzona: przywróć kopię zapasową",
     "the database is damaged: restore a backup"},
    {"disk_full", "dysk jest prawie pełny", "the disk is almost full"},
    {"key_refused", "Cal.com odrzuca klucz API", "Cal.com refuses the API key"},
    {"reconcile_failed", "porównanie z Cal.com się nie udaje", "comparing with Cal.com fails"},
    {"reconcile_old", "dawno nie porównano wizyt z Cal.com",
     "the appointments have not been compared with Cal.com for long"},
    {"reconcile_stopped", "porównanie z Cal.com nie dochodzi do końca",
     "comparing with Cal.com does not finish"},
    {"sms_failing", "wiadomości SMS nie wychodzą", "text messages do not go out"},
    {"tunnel_down", "tunel nie działa: webhooki nie dochodzą",
     "the tunnel is down: webhooks do not arrive"},
    {"tunnel_wrong", "tunel prowadzi gdzie indziej", "the tunnel leads elsewhere"},
    {"webhook_silent", "webhooki Cal.com nie dochodzą", "Cal.com's webhooks do not arrive"},
};

const char *alarm_text(const char *code, const char *language)
{
    const bool polish = strcmp(language, "pl") == 0;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        if (strcmp(texts[i].code, code) == 0) {
            return polish ? texts[i].pl : texts[i].en;
        }
    }
    return polish ? "coś wymaga uwagi" : "something needs attention";
}

static struct alarm_known *place_of(struct alarm *a, const char *code)
{
    struct alarm_known *unused = NULL;
    for (size_t i = 0; i < ALARM_CODES; i++) {
        if (strcmp(a->known[i].code, code) == 0) {
            return &a->known[i];
        }
        if (unused == NULL && a->known[i].code[0] == '\0') {
            unused = &a->known[i];
        }
    }
    if (unused != NULL) {
        *unused = (struct alarm_known){0};
        (void)snprintf(unused->code, sizeof unused->code, "%s", code);
    }
    return unused;
}

static void add(char text[static ALARM_TEXT_LEN], size_t *used, const char *what,
                const char *sentence)
{
    int n = snprintf(text + *used, ALARM_TEXT_LEN - *used, "%s%s%s", *used > 0 ? "; " : "", what,
                     sentence);
    *used += n > 0 && (size_t)n < ALARM_TEXT_LEN - *used ? (size_t)n : 0;
}

int alarm_look(struct alarm *a, const struct health *h, const char *language, int64_t now,
               char text[static ALARM_TEXT_LEN])
{
    const bool polish = strcmp(language, "pl") == 0;
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < ALARM_CODES; i++) {
        a->known[i].seen = false;
    }
    for (size_t i = 0; i < h->message_count; i++) {
        struct alarm_known *k =
            h->messages[i].level == HEALTH_BAD ? place_of(a, h->messages[i].code) : NULL;
        if (k == NULL || k->seen) {
            continue;
        }
        k->seen = true;
        k->looks++;
        if (k->looks >= ALARM_LOOKS && (!k->told || now - k->told_at >= AGAIN)) {
            add(text, &used, "", alarm_text(k->code, language));
            k->told = true;
            k->told_at = now;
        }
    }
    for (size_t i = 0; i < ALARM_CODES; i++) {
        struct alarm_known *k = &a->known[i];
        if (k->seen || k->code[0] == '\0') {
            continue;
        }
        if (k->told) {
            add(text, &used, polish ? "minęło: " : "over: ", alarm_text(k->code, language));
        }
        *k = (struct alarm_known){0};
    }
    return used > 0 ? 1 : 0;
}
