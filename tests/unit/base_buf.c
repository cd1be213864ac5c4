/*
 * base_buf.c: the growable buffer keeps its maximum and its failure.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

Test(base_buf, appended_pieces_read_as_one_terminated_text)
{
    CLEANUP(buf_done) struct buf b;
    buf_init(&b, 1000);
    buf_str(&b, "one ");
    buf_char(&b, '&');
    buf_printf(&b, " %d", 42);
    buf_add(&b, "", 0);
    cr_expect_str_eq(b.data, "one & 42");
    cr_expect_eq(b.len, 8);
    cr_expect_not(b.failed);
}

Test(base_buf, growing_keeps_every_byte)
{
    CLEANUP(buf_done) struct buf b;
    buf_init(&b, 100000);
    for (int i = 0; i < 100000; i++) {
        buf_char(&b, (char)('a' + i % 26));
    }
    cr_assert_not(b.failed);
    cr_expect_eq(b.len, 100000);
    cr_expect_eq(strlen(b.data), 100000);
    cr_expect_eq(b.data[99999], 'a' + 99999 % 26);
}

Test(base_buf, the_maximum_can_be_filled_but_not_passed)
{
    CLEANUP(buf_done) struct buf b;
    buf_init(&b, 8);
    buf_str(&b, "12345678");
    cr_expect_not(b.failed);
    buf_char(&b, '9');
    cr_expect(b.failed);
    cr_expect_str_eq(b.data, "12345678");
}

Test(base_buf, a_failure_sticks_even_when_the_next_piece_would_fit)
{
    CLEANUP(buf_done) struct buf b;
    buf_init(&b, 8);
    buf_str(&b, "1234");
    buf_str(&b, "56789");
    buf_char(&b, '5');
    buf_printf(&b, "%s", "6");
    cr_expect(b.failed);
    cr_expect_str_eq(b.data, "1234");
    cr_expect_null(buf_steal(&b), "a failed buffer has nothing to give away");
}

Test(base_buf, a_length_near_the_end_of_size_t_is_refused)
{
    CLEANUP(buf_done) struct buf b;
    buf_init(&b, 100);
    buf_char(&b, 'x');
    buf_add(&b, "y", (size_t)-1);
    cr_expect(b.failed);
    cr_expect_eq(b.len, 1);
}

Test(base_buf, a_reset_buffer_starts_again)
{
    CLEANUP(buf_done) struct buf b;
    buf_init(&b, 4);
    buf_str(&b, "12345");
    cr_expect(b.failed);
    buf_reset(&b);
    buf_str(&b, "1234");
    cr_expect_not(b.failed);
    cr_expect_str_eq(b.data, "1234");
}

Test(base_buf, stolen_bytes_belong_to_the_caller_and_the_buffer_is_empty)
{
    CLEANUP(buf_done) struct buf b;
    buf_init(&b, 100);
    buf_str(&b, "mine");
    char *mine = buf_steal(&b);
    cr_expect_str_eq(mine, "mine");
    cr_expect_eq(b.len, 0);
    cr_expect_null(b.data);
    buf_str(&b, "next");
    cr_expect_str_eq(mine, "mine");
    free(mine);
}

Test(base_buf, an_empty_buffer_gives_an_empty_text)
{
    CLEANUP(buf_done) struct buf b;
    buf_init(&b, 0);
    char *nothing = buf_steal(&b);
    cr_assert_not_null(nothing);
    cr_expect_str_eq(nothing, "");
    free(nothing);
}
