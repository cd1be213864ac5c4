/*
 * salon_placeholder.c: the address that stands for a client who has none, and nothing that only
 * looks like it.
 */
#include "salon/placeholder.h"

#include <criterion/criterion.h>

#include "base/text.h"

#define ID "0190c5f4-7a1b-7c3d-8e4f-5a6b7c8d9e0f"

Test(placeholder, it_is_an_address_that_names_its_client_whatever_case_it_comes_back_in)
{
    char email[PLACEHOLDER_LEN];
    char id[UUID_TEXT_LEN];
    placeholder_email(ID, email);
    cr_expect(text_email_valid(email), "%s", email);
    cr_assert(placeholder_read(email, id));
    cr_expect_str_eq(id, ID);
    cr_expect(placeholder_read("Client-" ID "@BARKBOOK.invalid", NULL));
}

Test(placeholder, other_addresses_are_none)
{
    static const char *const others[] = {
        "",
        "jan@example.pl",
        "client-@barkbook.invalid",
        "client-" ID "@barkbook.invalid.example",
        "xclient-" ID "@barkbook.invalid",
        "client-" ID "@barkbook.example",
        "client-zzzzzzzz-7a1b-7c3d-8e4f-5a6b7c8d9e0f@barkbook.invalid",
    };
    cr_expect_not(placeholder_read(NULL, NULL));
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        cr_expect_not(placeholder_read(others[i], NULL), "%s", others[i]);
    }
}
