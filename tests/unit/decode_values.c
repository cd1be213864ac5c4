/*
 * decode_values.c: names, phones, places, prices and references: every form they come in, where
 * they are looked for, and how each becomes one canonical text.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "decoded.h"

/* {"a":"xxx…"} with n times what. The caller frees. */
static char *repeated(const char *what, size_t n)
{
    const size_t len = strlen(what);
    char *json = malloc(n * len + 3);
    cr_assert_not_null(json);
    json[0] = '"';
    for (size_t i = 0; i < n; i++) {
        memcpy(json + 1 + i * len, what, len);
    }
    memcpy(json + 1 + n * len, "\"", 2);
    return json;
}

Test(decode_values, responses_are_read_in_their_flat_form_too)
{
    CLEANUP(decoded_done) struct decoded d = deliver("created-flat-responses.json", NULL, 0);
    cr_assert_eq(d.rc, DECODE_BOOKING, "%s", d.err.msg);
    says(d, FACT_TIMES, "2026-12-12T09:00:00.000Z/2026-12-12T10:15:00.500Z");
    says(d, FACT_NAME, "Olga Śnieg");
    says(d, FACT_EMAIL, "olga@snieg.example");
    says(d, FACT_PHONE, "+48511222333");
    says(d, FACT_DESCRIPTION, "Dwa psy");
    says(d, FACT_LOCATION, "u klientki, Sopot");
    says(d, FACT_CLIENT_REF, NULL);
    says(d, FACT_PET_REFS,
         "a7c1f0de-11b2-4c3d-8e4f-5a6b7c8d9e01,b2d4f6a8-0c1e-4a3b-9d5f-7e8091a2b3c4");
}

Test(decode_values, an_answer_is_understood_in_any_of_its_forms)
{
    static const struct {
        const char *sent;
        const char *name;
    } cases[] = {
        {"\"Ola\"", "Ola"},
        {"{\"value\":\"Ola\"}", "Ola"},
        {"{\"label\":\"your_name\",\"value\":\"Ola\",\"isHidden\":false}", "Ola"},
        {"{\"value\":{\"firstName\":\"Ola\",\"lastName\":\"Śnieg\"}}", "Ola Śnieg"},
        {"{\"firstName\":\"Ola\",\"lastName\":\"\"}", "Ola"},
        {"{\"firstName\":null,\"lastName\":\"Śnieg\"}", "Śnieg"},
        {"[\"\", \"Ola\", \"Ula\"]", "Ola"},
        {"{\"value\":[{\"value\":\"Ola\"}]}", "Ola"},
        {"{\"value\":{\"optionValue\":\"Ola\",\"value\":\"x\"}}", "Ola"},
        {"{\"value\":\"  \\t \"}", NULL},
        {"\"\"", NULL},
        {"null", NULL},
        {"true", NULL},
        {"{}", NULL},
        {"[]", NULL},
        {"{\"label\":\"your_name\"}", NULL},
        {"{\"value\":{\"value\":{\"value\":{\"value\":{\"value\":{\"value\":\"deep\"}}}}}}", NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        CLEANUP(decoded_done)
        struct decoded d = deliver_with("created.json", {"payload.attendees", "[]"},
                                        {"payload.responses.name", cases[i].sent});
        cr_assert_eq(d.rc, DECODE_BOOKING);
        says(d, FACT_NAME, cases[i].name);
    }
}

Test(decode_values, responses_that_are_no_object_are_passed_over)
{
    static const char *const odd[] = {"null", "[]", "\"name\"", "5"};
    for (size_t i = 0; i < ARRAY_LEN(odd); i++) {
        CLEANUP(decoded_done)
        struct decoded d =
            deliver_with("created.json", {"payload.responses", odd[i]},
                         {"payload.metadata", odd[i]}, {"payload.organizer", odd[i]});
        cr_assert_eq(d.rc, DECODE_BOOKING);
        says(d, FACT_NAME, "Halina Wróbel");
        says(d, FACT_ORGANIZER, NULL);
        says(d, FACT_PET_REFS, NULL);
    }
}

Test(decode_values, the_description_falls_back_to_the_notes)
{
    CLEANUP(decoded_done)
    struct decoded own =
        deliver_with("created.json", {"payload.description", "\" Uwaga:\\r\\n gryzie \""});
    says(own, FACT_DESCRIPTION, "Uwaga:\n gryzie");
    CLEANUP(decoded_done)
    struct decoded notes = deliver_with("created.json", {"payload.description", "\"\""},
                                        {"payload.additionalNotes", "\"Notatka\""});
    says(notes, FACT_DESCRIPTION, "Notatka");
    CLEANUP(decoded_done)
    struct decoded form = deliver_with("created.json", {"payload.description", "null"},
                                       {"payload.additionalNotes", NULL},
                                       {"payload.responses.notes.value", "\"Z formularza\""});
    says(form, FACT_DESCRIPTION, "Z formularza");
}

Test(decode_values, the_first_attendee_with_an_email_is_the_one_who_comes)
{
    CLEANUP(decoded_done)
    struct decoded d =
        deliver_with("created.json",
                     {"payload.attendees",
                      "[null, 4, {\"name\":\"Bez adresu\",\"phoneNumber\":\"+48700800900\"},"
                      " {\"name\":\"Z adresem\",\"email\":\" Z@ADRES.example \"},"
                      " {\"name\":\"Trzeci\",\"email\":\"t@t.example\"}]"},
                     {"payload.smsReminderNumber", "null"}, {"payload.responses", "{}"});
    says(d, FACT_NAME, "Z adresem");
    says(d, FACT_EMAIL, "z@adres.example");
    says(d, FACT_PHONE, NULL);
}

Test(decode_values, without_attendees_the_form_tells_who_comes)
{
    CLEANUP(decoded_done)
    struct decoded d = deliver_with("created.json", {"payload.attendees", "[]"});
    says(d, FACT_NAME, "Halina Wróbel");
    says(d, FACT_EMAIL, "halina.wrobel@poczta.example");
    CLEANUP(decoded_done)
    struct decoded nameless =
        deliver_with("created.json", {"payload.attendees", "[{\"name\":\"Ktoś\"}]"},
                     {"payload.responses", "null"});
    says(nameless, FACT_NAME, "Ktoś");
    says(nameless, FACT_EMAIL, NULL);
}

Test(decode_values, the_phone_is_looked_for_in_order)
{
    static const char *const places[] = {"payload.smsReminderNumber",
                                         "payload.attendees.0.phoneNumber",
                                         "payload.responses.attendeePhoneNumber.value",
                                         "payload.responses.phone",
                                         "payload.responses.smsReminderNumber"};
    static const char *const sent[] = {"\"+48 601 000 001\"", "\"0048601000002\"",
                                       "\"601-000-003\"", "{\"value\":\"601 000 004\"}",
                                       "48601000005"};
    static const char *const e164[] = {"+48601000001", "+48601000002", "+48601000003",
                                       "+48601000004", "+48601000005"};
    struct change changes[ARRAY_LEN(places)];
    for (size_t first = 0; first < ARRAY_LEN(places); first++) {
        for (size_t i = 0; i < ARRAY_LEN(places); i++) {
            changes[i] = (struct change){places[i], i < first ? "\"\"" : sent[i]};
        }
        CLEANUP(decoded_done)
        struct decoded d = deliver("created.json", changes, ARRAY_LEN(changes));
        says(d, FACT_PHONE, e164[first]);
    }
}

Test(decode_values, what_is_no_phone_number_is_kept_as_typed_only_when_there_is_no_number)
{
    CLEANUP(decoded_done)
    struct decoded better = deliver_with("created.json", {"payload.smsReminderNumber", "\"+48\""});
    says(better, FACT_PHONE, "+48601222333");
    CLEANUP(decoded_done)
    struct decoded typed =
        deliver_with("requested.json", {"payload.smsReminderNumber", "\" po 18 do sąsiadki \""});
    says(typed, FACT_PHONE, "po 18 do sąsiadki");
    CLEANUP(decoded_done) struct decoded none = deliver("requested.json", NULL, 0);
    says(none, FACT_PHONE, NULL);
}

Test(decode_values, a_place_is_an_address_a_link_or_an_integration)
{
    CLEANUP(decoded_done) struct decoded video = deliver("created-video.json", NULL, 0);
    says(video, FACT_LOCATION, "integrations:daily");
    says(video, FACT_MEETING_URL, "https://wideo.example/pokoj-5");
    CLEANUP(decoded_done)
    struct decoded link = deliver_with("created-video.json",
                                       {"payload.location", "\"HTTPS://spotkanie.example/a?b\""});
    says(link, FACT_LOCATION, "HTTPS://spotkanie.example/a?b");
    says(link, FACT_MEETING_URL, "HTTPS://spotkanie.example/a?b");
    CLEANUP(decoded_done)
    struct decoded metadata = deliver_with("created-video.json", {"payload.metadata.videoCallUrl",
                                                                  "\"http://inne.example/1\""});
    says(metadata, FACT_MEETING_URL, "http://inne.example/1");
}

Test(decode_values, only_a_web_address_is_a_meeting_link)
{
    static const char *const no[] = {"\"ftp://plik.example\"",
                                     "\"javascript:alert(1)\"",
                                     "\"https://\"",
                                     "\"https:///tylko/sciezka\"",
                                     "\"https://dwa slowa.example\"",
                                     "\"biuro https://x.example\"",
                                     "5"};
    for (size_t i = 0; i < ARRAY_LEN(no); i++) {
        CLEANUP(decoded_done)
        struct decoded d = deliver_with("created.json", {"payload.location", no[i]});
        cr_assert_eq(d.rc, DECODE_BOOKING);
        says(d, FACT_MEETING_URL, NULL);
    }
}

Test(decode_values, a_link_too_long_to_keep_whole_is_not_kept)
{
    char *path = repeated("a", 2100);
    memcpy(path + 1, "https://x.example/", 18);
    CLEANUP(decoded_done)
    struct decoded d = deliver_with("created.json", {"payload.location", path});
    free(path);
    says(d, FACT_MEETING_URL, NULL);
    cr_assert_eq(strlen(d.o.value[FACT_LOCATION]), 320);
}

Test(decode_values, without_a_place_the_form_tells_it)
{
    CLEANUP(decoded_done)
    struct decoded own =
        deliver_with("created.json", {"payload.location", "\"\""},
                     {"payload.responses.location.value",
                      "{\"value\":\"inPerson\",\"optionValue\":\"Rumia, Leśna 3\"}"});
    says(own, FACT_LOCATION, "Rumia, Leśna 3");
    CLEANUP(decoded_done)
    struct decoded name = deliver_with("created.json", {"payload.location", NULL},
                                       {"payload.responses.location.value",
                                        "{\"value\":\"integrations:zoom\",\"optionValue\":\"\"}"});
    says(name, FACT_LOCATION, "integrations:zoom");
    /* "inPerson" is a kind of place, not one. */
    CLEANUP(decoded_done)
    struct decoded kind = deliver_with("created.json", {"payload.location", NULL});
    says(kind, FACT_LOCATION, NULL);
}

Test(decode_values, a_price_needs_an_amount_and_a_currency)
{
    static const struct {
        const char *price, *currency, *said;
    } cases[] = {
        {"14550", "\"pln\"", "14550 PLN"},
        {"\"200\"", "\"EuR\"", "200 EUR"},
        {"0", "\"pln\"", NULL},
        {"null", "\"pln\"", NULL},
        {"-5", "\"pln\"", NULL},
        {"12.5", "\"pln\"", NULL},
        {"100", "null", NULL},
        {"100", "\"\"", NULL},
        {"100", "\"zł\"", NULL},
        {"100", "\"plnx\"", NULL},
        {"100", "\"pl\"", NULL},
        {"[]", "\"pln\"", NULL},
        {"\"sto\"", "\"pln\"", NULL},
        {"100", "5", NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        CLEANUP(decoded_done)
        struct decoded d = deliver_with("created.json", {"payload.price", cases[i].price},
                                        {"payload.currency", cases[i].currency});
        cr_assert_eq(d.rc, DECODE_BOOKING);
        says(d, FACT_PRICE, cases[i].said);
    }
}

Test(decode_values, the_service_is_the_event_types_slug_else_its_number)
{
    CLEANUP(decoded_done) struct decoded slug = deliver("created.json", NULL, 0);
    says(slug, FACT_SERVICE, "kapiel-i-suszenie");
    CLEANUP(decoded_done)
    struct decoded number = deliver_with("created.json", {"payload.type", "\"\""});
    says(number, FACT_SERVICE, "4411");
}

Test(decode_values, references_are_canonical)
{
    static const struct {
        const char *sent, *client, *pets;
    } cases[] = {
        {"\" 3D0E5B1A-9C44-4E0B-B9B6-0A55F0F5D101 \"", "3d0e5b1a-9c44-4e0b-b9b6-0a55f0f5d101",
         "3d0e5b1a-9c44-4e0b-b9b6-0a55f0f5d101"},
        {"\"Burek\"", "Burek", "Burek"},
        {"\"Burek , AZOR;reks\"", "Burek , AZOR;reks", "Burek,AZOR,reks"},
        {"\",, ,\"", ",, ,", NULL},
        {"42", "42", "42"},
        {"true", "true", "true"},
        {"null", NULL, NULL},
        {"\"\"", NULL, NULL},
        {"{}", NULL, NULL},
        {"[\"a\"]", NULL, NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        CLEANUP(decoded_done)
        struct decoded d =
            deliver_with("created.json", {"payload.metadata.barkbookClientId", cases[i].sent},
                         {"payload.metadata.barkbookPetId", cases[i].sent});
        cr_assert_eq(d.rc, DECODE_BOOKING);
        says(d, FACT_CLIENT_REF, cases[i].client);
        says(d, FACT_PET_REFS, cases[i].pets);
    }
}

Test(decode_values, long_references_are_bounded_and_no_pet_is_cut_in_half)
{
    char *text = repeated("ż", 400);
    CLEANUP(decoded_done)
    struct decoded client =
        deliver_with("created.json", {"payload.metadata.barkbookClientId", text});
    free(text);
    cr_assert_eq(text_chars(client.o.value[FACT_CLIENT_REF]), 200);
    text = repeated("a7c1f0de-11b2-4c3d-8e4f-5a6b7c8d9e01 ", 40);
    CLEANUP(decoded_done)
    struct decoded pets = deliver_with("created.json", {"payload.metadata.barkbookPetId", text});
    free(text);
    cr_assert_eq((strlen(pets.o.value[FACT_PET_REFS]) + 1) % 37, 0);
    cr_assert(strlen(pets.o.value[FACT_PET_REFS]) <= 500);
}

Test(decode_values, long_text_is_cut_between_letters_rather_than_refused)
{
    static const struct {
        enum fact fact;
        const char *path;
        size_t chars;
    } cases[] = {
        {FACT_TITLE, "payload.title", 500},
        {FACT_DESCRIPTION, "payload.description", 10000},
        {FACT_NAME, "payload.attendees.0.name", 320},
        {FACT_LOCATION, "payload.location", 320},
        {FACT_SERVICE, "payload.type", 320},
        {FACT_ORGANIZER, "payload.organizer.username", 320},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char *text = repeated("ł", 12000);
        CLEANUP(decoded_done)
        struct decoded d = deliver_with("created.json", {cases[i].path, text});
        free(text);
        cr_assert_eq(d.rc, DECODE_BOOKING);
        cr_assert_eq(text_chars(d.o.value[cases[i].fact]), cases[i].chars);
        cr_assert(text_utf8_valid(d.o.value[cases[i].fact], strlen(d.o.value[cases[i].fact])));
    }
}

Test(decode_values, control_characters_are_cut_out)
{
    CLEANUP(decoded_done)
    struct decoded d =
        deliver_with("created.json",
                     {"payload.title",
                      "\"\\u0001 A\\u0000\\u001bB\\u007f\\u0085C\\tD\\r\\nE \\u0002\""});
    /* NUL is read as U+FFFD. */
    says(d, FACT_TITLE,
         "A\xEF\xBF\xBD"
         "BC\tD\nE");
}

Test(decode_values, numbers_stand_where_text_was_expected)
{
    CLEANUP(decoded_done)
    struct decoded d =
        deliver_with("created.json", {"payload.title", "2026"}, {"payload.type", "5"},
                     {"payload.smsReminderNumber", "601222444"},
                     {"payload.bookingId", "\"71009\""});
    says(d, FACT_TITLE, "2026");
    says(d, FACT_SERVICE, "5");
    says(d, FACT_PHONE, "+48601222444");
    cr_assert_eq(d.o.number, 71009);
}

Test(decode_values, a_field_of_a_wrong_kind_never_refuses_the_booking)
{
    static const char *const fields[] = {
        "title",
        "description",
        "additionalNotes",
        "organizer",
        "attendees",
        "responses",
        "smsReminderNumber",
        "metadata",
        "location",
        "price",
        "currency",
        "eventTypeId",
        "type",
        "status",
        "bookingId",
        "rescheduleUid",
        "seatsPerTimeSlot",
        "videoCallData",
        "recurringEvent",
        "length",
    };
    static const char *const odd[] = {"null",   "true",           "-1.5e300", "\"\"",
                                      "[[[]]]", "{\"value\":{}}", "[null]"};
    for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
        for (size_t k = 0; k < ARRAY_LEN(odd); k++) {
            char path[64];
            (void)snprintf(path, sizeof path, "payload.%s", fields[i]);
            CLEANUP(decoded_done)
            struct decoded d = deliver_with("rescheduled.json", {path, odd[k]});
            cr_assert_eq(d.rc, DECODE_BOOKING, "%s %s: %s", path, odd[k], d.err.msg);
        }
    }
}
