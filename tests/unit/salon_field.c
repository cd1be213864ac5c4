/*
 * salon_field.c: what is taken from outside, and what is refused with the name of the field.
 */
#include "salon/field.h"

#include <criterion/criterion.h>
#include <string.h>

Test(salon_field, text_is_trimmed_and_counted_in_characters)
{
    char out[41];
    struct err err = {0};
    cr_assert_eq(field_text("name", "  Łapka \n", 10, true, false, out, sizeof out, &err), 0);
    cr_expect_str_eq(out, "Łapka");
    cr_expect_eq(field_text("name", "żżżżżżżżżż", 10, true, false, out, sizeof out, &err), 0);
    cr_expect_eq(field_text("name", "żżżżżżżżżżż", 10, true, false, out, sizeof out, &err),
                 -ERR_INVALID);
    cr_expect_str_eq(err.msg, "name: at most 10 characters");
    cr_expect_eq(field_text("name", NULL, 10, false, false, out, sizeof out, &err), 0);
    cr_expect_str_eq(out, "");
    cr_expect_eq(field_text("name", " ", 10, true, false, out, sizeof out, &err), -ERR_INVALID);
}

Test(salon_field, control_characters_and_broken_text_are_refused)
{
    const char *bad[] = {"a\x01z", "a\x7fz", "a\xc2\x85z", "a\nz", "a\xffz", "a\xc5"};
    char out[41];
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct err err = {0};
        cr_expect_eq(field_text("notes", bad[i], 10, false, false, out, sizeof out, &err),
                     -ERR_INVALID, "number %zu", i);
        cr_expect_eq(strncmp(err.msg, "notes: ", 7), 0);
    }
    struct err err = {0};
    cr_expect_eq(field_text("notes", "a\n\tz", 10, false, true, out, sizeof out, &err), 0);
    cr_expect_str_eq(out, "a\n\tz");
}

Test(salon_field, a_tax_number_is_ten_digits_with_a_right_check_digit)
{
    const char *good[] = {"5260250274", "526-025-02-74", "PL 526 025 02 74"};
    const char *bad[] = {"5260250275", "526025027",  "52602502740",
                         "52602502x4", "0000000010", "PL"};
    char out[FIELD_NIP_LEN];
    struct err err = {0};
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        cr_expect_eq(field_nip("nip", good[i], out, &err), 0, "%s", good[i]);
        cr_expect_str_eq(out, "5260250274");
    }
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        cr_expect_eq(field_nip("nip", bad[i], out, &err), -ERR_INVALID, "%s", bad[i]);
    }
    cr_expect_eq(field_nip("nip", NULL, out, &err), 0);
    cr_expect_str_eq(out, "");
}

Test(salon_field, there_are_two_languages)
{
    char out[FIELD_LANGUAGE_LEN];
    struct err err = {0};
    cr_expect_eq(field_language("language", "en", out, &err), 0);
    cr_expect_str_eq(out, "en");
    cr_expect_eq(field_language("language", NULL, out, &err), 0);
    cr_expect_str_eq(out, "pl");
    cr_expect_eq(field_language("language", "de", out, &err), -ERR_INVALID);
    cr_expect_eq(field_language("language", "english", out, &err), -ERR_INVALID);
}
