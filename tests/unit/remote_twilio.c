/*
 * remote_twilio.c: Twilio's forms, signature, times, states and codes, as its documentation has
 * them.
 */
#include "remote/twilio.h"

#include <criterion/criterion.h>
#include <string.h>

static void form_of(const char *body, struct twilio_form *f)
{
    struct err err = {0};
    cr_assert_eq(twilio_form_parse(body, strlen(body), f, &err), 0, "%s: %s", body, err.msg);
}

Test(remote_twilio, a_signature_is_that_of_twilios_own_example)
{
    CLEANUP(twilio_form_done) struct twilio_form f = {0};
    struct err err = {0};
    char signature[TWILIO_SIGNATURE_LEN];
    form_of("To=%2B18005551212&From=%2B14158675309&Digits=1234&Caller=%2B14158675309"
            "&CallSid=CA1234567890ABCDE",
            &f);
    cr_assert_eq(twilio_signature("12345", "https://mycompany.com/myapp.php?foo=1&bar=2", &f,
                                  signature, &err),
                 0);
    cr_expect_str_eq(signature, "RSOYDt4T1cUTdK1PDd93/VVr8B8=");
    cr_assert_eq(twilio_signature("12346", "https://mycompany.com/myapp.php?foo=1&bar=2", &f,
                                  signature, &err),
                 0);
    cr_expect_str_neq(signature, "RSOYDt4T1cUTdK1PDd93/VVr8B8=");
}

Test(remote_twilio, a_form_is_decoded_and_sorted)
{
    CLEANUP(twilio_form_done) struct twilio_form f = {0};
    form_of("b=Tak%2C+dzi%C4%99kuj%C4%99&a=&c&&B=1", &f);
    cr_assert_eq(f.count, 4);
    cr_expect_str_eq(f.list[0].name, "B");
    cr_expect_str_eq(twilio_form_get(&f, "b"), "Tak, dziękuję");
    cr_expect_str_eq(twilio_form_get(&f, "a"), "");
    cr_expect_str_eq(twilio_form_get(&f, "c"), "");
    cr_expect_null(twilio_form_get(&f, "d"));
    CLEANUP(twilio_form_done) struct twilio_form none = {0};
    form_of("", &none);
    cr_expect_eq(none.count, 0);
}

Test(remote_twilio, what_is_no_form_is_refused)
{
    static const char *const bad[] = {"a=%", "a=%4", "a=%zz", "a=%00", "a=%ff", "%80=b"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct twilio_form f = {0};
        struct err err = {0};
        cr_expect_eq(twilio_form_parse(bad[i], strlen(bad[i]), &f, &err), -ERR_INVALID, "%s",
                     bad[i]);
    }
    char many[1024] = "";
    for (size_t i = 0; i < sizeof many / 2 - 1; i++) {
        memcpy(many + 2 * i, "a&", 3);
    }
    struct twilio_form f = {0};
    struct err err = {0};
    cr_expect_eq(twilio_form_parse(many, strlen(many), &f, &err), -ERR_INVALID);
}

Test(remote_twilio, times_and_states_are_read_as_documented)
{
    int64_t at = 0;
    enum messenger_state state = MESSENGER_FAILED;
    cr_expect(twilio_time("Tue, 24 Nov 2026 13:00:05 +0000", &at));
    cr_expect_eq(at, INT64_C(1795525205000));
    cr_expect(!twilio_time("tomorrow", &at));
    cr_expect(!twilio_time(NULL, &at));
    cr_expect(twilio_state("queued", &state) && state == MESSENGER_ACCEPTED);
    cr_expect(twilio_state("undelivered", &state) && state == MESSENGER_UNDELIVERED);
    cr_expect(twilio_state("received", &state) && state == MESSENGER_RECEIVED);
    cr_expect(!twilio_state("teleported", &state));
    cr_expect(!twilio_state(NULL, &state));
}

Test(remote_twilio, every_documented_code_has_its_sentence)
{
    static const int codes[] = {20003, 20429, 21211, 21606, 21608, 21610, 21612, 21614,
                                21635, 21659, 30003, 30004, 30005, 30006, 30007, 30008};
    for (size_t i = 0; i < ARRAY_LEN(codes); i++) {
        cr_expect_str_neq(messenger_code_text(codes[i]), "", "%d", codes[i]);
    }
    cr_expect_str_eq(messenger_code_text(1), "");
}
