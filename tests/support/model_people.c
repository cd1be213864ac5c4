/*
 * model_people.c: see model_people.h. The clients are chosen so that each rule of linking has
 * somebody it decides for and somebody it must not decide for.
 */
#include "model_people.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

const struct model_salon model_salons[MODEL_SALONS] = {
    {"5a100000-0000-4000-8000-000000000001", "Salon Fala", "salon-fala"},
    {"5a100000-0000-4000-8000-000000000002", "Salon Zakole", "salon-zakole"},
};

const struct model_pet model_pets[MODEL_PETS] = {
    {"9e700000-0000-4000-8000-0000000000a0", "Burek", 0},
    {"9e700000-0000-4000-8000-0000000000a1", "Żabka", 0},
    {"9e700000-0000-4000-8000-0000000000a2", "Mruczek", 0},
    {"9e700000-0000-4000-8000-0000000000a3", "Reks", 0},
    {"9e700000-0000-4000-8000-0000000000a4", "Figa", 1},
    {"9e700000-0000-4000-8000-0000000000a5", "Azor", 1},
    {"9e700000-0000-4000-8000-0000000000a6", "Kulka", 1},
};

const struct model_client model_clients[MODEL_CLIENTS] = {
    {"c1e00000-0000-4000-8000-00000000000a",
     "Jan",
     "Kowalski",
     "jan.kowalski@example.pl",
     "+48600100200",
     0,
     {0},
     1},
    {"c1e00000-0000-4000-8000-00000000000b",
     "Anna",
     "Żółć",
     "anna.zolc@example.pl",
     "+48600100201",
     0,
     {1, 2},
     2},
    {"c1e00000-0000-4000-8000-00000000000c", "Ewa", "Śliwińska", NULL, "+48600100202", 0, {3}, 1},
    {"c1e00000-0000-4000-8000-00000000000d",
     "Piotr",
     "Zych",
     "piotr.zych@example.pl",
     NULL,
     0,
     {0},
     0},
    /* A couple with one telephone and a dog they share. */
    {"c1e00000-0000-4000-8000-00000000000e",
     "Maria",
     "Nowak",
     "maria@example.pl",
     "+48600100204",
     1,
     {4},
     1},
    {"c1e00000-0000-4000-8000-00000000000f", "Marek", "Nowak", NULL, "+48600100204", 1, {4, 5}, 2},
    {"c1e00000-0000-4000-8000-000000000010",
     "Olga",
     "Lis",
     "olga@example.pl",
     "+48600100206",
     1,
     {6},
     1},
    /* Entered twice: one e-mail, two cards. */
    {"c1e00000-0000-4000-8000-000000000011", "Iza", "Dwojak", "dom@example.pl", NULL, 0, {0}, 0},
    {"c1e00000-0000-4000-8000-000000000012",
     "Izabela",
     "Dwojak",
     "dom@example.pl",
     NULL,
     0,
     {0},
     0},
};

const struct model_guest model_guests[MODEL_GUESTS] = {
    {"Jan Kowalski", "jan.kowalski@example.pl", "+48600100200", "+48600100200", 0},
    {"Jan Kowalski", "jan.kowalski@example.pl", NULL, NULL, 0},
    {"Anna Żółć", "Anna.Zolc@example.pl", "600 100 201", "+48600100201", 1},
    {"Ewa Śliwińska", "ewa@example.pl", "+48 600 100 202", "+48600100202", 2},
    {"Piotr Zych", "PIOTR.ZYCH@EXAMPLE.PL", "0048 600-100-203", "+48600100203", 3},
    {"Maria Nowak", "maria@example.pl", "+48600100204", "+48600100204", 4},
    {"Marek Nowak", "marek.n@example.pl", "+48600100204", "+48600100204", 5},
    {"Iza Dwojak", "dom@example.pl", NULL, NULL, -1},
    {"Jan Żółć", "jan.kowalski@example.pl", "+48600100201", "+48600100201", 0},
    {"Obcy Gość", "obcy@example.com", "+491701234567", "+491701234567", -1},
    {"Jan K.", "jan.kowalski@example.pl", "+48511000999", "+48511000999", 0},
    {"Olga Lis", "olga@example.pl", "+48600100206", "+48600100206", 6},
};

const struct model_service model_services[MODEL_SERVICES] = {
    {7001, "strzyzenie-60", "Strzyżenie z kąpielą", 60, 18000, "ul. Psia 7, Kraków", 0},
    {7002, "kapiel-45", "Kąpiel", 45, 9000, "ul. Psia 7, Kraków", 0},
    {7003, "konsultacja-30", "Konsultacja", 30, 0, "https://video.example.com/room", 0},
    {7004, "przedszkole-90", "Psie przedszkole", 90, 5000, "ul. Kocia 3, Kraków", 4},
};

const char *model_meta_name(enum model_meta kind)
{
    static const char *const names[META_KINDS] = {
        "none",           "pet",         "pets",        "pets-spaced", "upper",
        "unknown-client", "unknown-pet", "foreign",     "mixed-pets",  "other-client",
        "garbage",        "number",      "client-only", "pet-only",
    };
    return kind < META_KINDS ? names[kind] : "?";
}

static const char *a_foreign_pet(const struct model_client *c)
{
    for (int i = 0; i < MODEL_PETS; i++) {
        bool own = false;
        for (int k = 0; k < c->pets; k++) {
            own = own || c->pet[k] == i;
        }
        if (!own) {
            return model_pets[i].id;
        }
    }
    return "";
}

static void list_pets(const struct model_client *c, const char *comma,
                      char out[static MODEL_REFS_LEN])
{
    size_t len = 0;
    out[0] = '\0';
    for (int i = 0; i < c->pets; i++) {
        len += (size_t)snprintf(out + len, MODEL_REFS_LEN - len, "%s%s", i == 0 ? "" : comma,
                                model_pets[c->pet[i]].id);
    }
}

static void capitals(char *text)
{
    for (; *text != '\0'; text++) {
        *text = (char)toupper((unsigned char)*text);
    }
}

void model_meta_refs(enum model_meta kind, const struct model_guest *g,
                     char client[static MODEL_REF_LEN], char pets[static MODEL_REFS_LEN])
{
    /* A guest of the public page has no client; what a prefilled link says is then some client's.
     */
    int whose = g->client >= 0 ? g->client : 1;
    if (kind == META_OTHER_CLIENT) {
        whose = whose == 6 ? 1 : 6;
    }
    const struct model_client *c = &model_clients[whose];
    const char *first = c->pets > 0 ? model_pets[c->pet[0]].id : "";
    (void)snprintf(client, MODEL_REF_LEN, "%s", c->id);
    (void)snprintf(pets, MODEL_REFS_LEN, "%s", first);
    switch (kind) {
    case META_NONE:
        client[0] = pets[0] = '\0';
        break;
    case META_PETS:
        list_pets(c, ",", pets);
        break;
    case META_PETS_SPACED:
        list_pets(c, ", ", pets);
        break;
    case META_UPPER:
        capitals(client);
        capitals(pets);
        break;
    case META_UNKNOWN_CLIENT:
        (void)snprintf(client, MODEL_REF_LEN, "c1e00000-0000-4000-8000-0000deadbeef");
        break;
    case META_UNKNOWN_PET:
        (void)snprintf(pets, MODEL_REFS_LEN, "9e700000-0000-4000-8000-0000deadbeef");
        break;
    case META_FOREIGN_PET:
        (void)snprintf(pets, MODEL_REFS_LEN, "%s", a_foreign_pet(c));
        break;
    case META_MIXED_PETS:
        (void)snprintf(pets, MODEL_REFS_LEN, "%s%s%s", first, first[0] != '\0' ? "," : "",
                       a_foreign_pet(c));
        break;
    case META_GARBAGE:
        (void)snprintf(client, MODEL_REF_LEN, "' OR 1=1 --");
        (void)snprintf(pets, MODEL_REFS_LEN, "<b>Burek</b>");
        break;
    case META_NUMBER:
        (void)snprintf(client, MODEL_REF_LEN, "910001");
        (void)snprintf(pets, MODEL_REFS_LEN, "7");
        break;
    case META_CLIENT_ONLY:
        pets[0] = '\0';
        break;
    case META_PET_ONLY:
        client[0] = '\0';
        break;
    case META_PET:
    case META_OTHER_CLIENT:
    case META_KINDS:
        break;
    }
}
