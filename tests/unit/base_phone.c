/*
 * base_phone.c: telephone numbers as people write them, as they are stored, as they are shown.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "base/phone.h"

Test(base_phone, numbers_are_stored_as_e164_however_they_are_written)
{
    static const struct {
        const char *text, *want;
    } table[] = {
        {"600100200", "+48600100200"},
        {"600 100 200", "+48600100200"},
        {"600-100-200", "+48600100200"},
        {" 600.100.200 ", "+48600100200"},
        {"600\xC2\xA0"
         "100\xC2\xA0"
         "200",
         "+48600100200"},
        {"600\xE2\x80\x93"
         "100\xE2\x80\x93"
         "200",
         "+48600100200"},
        {"\xE2\x80\xAA+48 600 100 200\xE2\x80\xAC", "+48600100200"},
        {"+48600100200", "+48600100200"},
        {"+48 600 100 200", "+48600100200"},
        {"(+48) 600 100 200", "+48600100200"},
        {"0048 600-100-200", "+48600100200"},
        {"48600100200", "+48600100200"},
        {"48 600 100 200", "+48600100200"},
        {"(12) 345 67 89", "+48123456789"},
        {"+48 (12) 345 67 89", "+48123456789"},
        {"+49 170 1234567", "+491701234567"},
        {"0049 (0)170 1234567", "+491701234567"},
        {"+49 (0)170 1234567", "+491701234567"},
        {"+380 67 123 45 67", "+380671234567"},
        {"+1 (212) 555-0100", "+12125550100"},
        {"+123456789012345", "+123456789012345"},
        {"+290 2345", "+2902345"},
    };
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        char out[PHONE_LEN] = "";
        cr_expect(phone_normalize(table[i].text, out), "%s", table[i].text);
        cr_expect_str_eq(out, table[i].want, "%s gives %s", table[i].text, out);
    }
}

Test(base_phone, what_is_no_number_is_refused_and_changes_nothing)
{
    static const char *const bad[] = {
        "",
        "-",
        "+",
        "00",
        "brak",
        "60010020",
        "6001002000",
        "000000000",
        "012345678",
        "+48 60010020",
        "+48 6001002000",
        "+48 000 000 000",
        "+0 600100200",
        "600 100 200 w. 5",
        "600+100200",
        "++48600100200",
        "+1234567890123456",
        "12345678901234567890123456789",
        "+123456",
        "49600100200",
        "600100200,600100201",
        "jan@example.pl",
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        char out[PHONE_LEN] = "untouched";
        cr_expect_not(phone_normalize(bad[i], out), "%s", bad[i]);
        cr_expect_str_eq(out, "untouched", "%s", bad[i]);
    }
}

Test(base_phone, polish_numbers_are_shown_the_polish_way_and_others_with_their_country)
{
    static const struct {
        const char *stored, *want;
    } table[] = {
        {"+48600100200", "600 100 200"},
        {"+48123456789", "12 345 67 89"},
        {"+48226001002", "22 600 10 02"},
        {"+48800100200", "800 100 200"},
        {"+491701234567", "+49 170 1234567"},
        {"+380671234567", "+380 671 234567"},
        {"+12125550100", "+1 212 5550100"},
        {"+4860010020", "+48 600 10020"},
        {"600100200", "600100200"},
        {"", ""},
        {"brak", "brak"},
        {"+48abc", "+48abc"},
    };
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        char out[40];
        phone_display(table[i].stored, out, sizeof out);
        cr_expect_str_eq(out, table[i].want, "%s gives %s", table[i].stored, out);
    }
}

Test(base_phone, what_is_shown_is_understood_again)
{
    static const char *const table[] = {"+48600100200", "+48123456789",  "+491701234567",
                                        "+12125550100", "+380671234567", "+2902345"};
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        char shown[40];
        char back[PHONE_LEN];
        phone_display(table[i], shown, sizeof shown);
        cr_assert(phone_normalize(shown, back), "%s", shown);
        cr_expect_str_eq(back, table[i]);
    }
}

Test(base_phone, a_small_place_to_show_it_is_not_overrun)
{
    char out[5] = "";
    phone_display("+48600100200", out, sizeof out);
    cr_expect_str_eq(out, "600 ");
}
