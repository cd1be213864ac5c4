/*
 * sync_replies.c: which answers count as a word, and which wait for a person.
 */
#include "sync/replies.h"

#include <criterion/criterion.h>

Test(sync_replies, only_a_text_that_says_nothing_else_counts_as_a_word)
{
    static const struct {
        const char *body;
        enum reply_answer answer;
    } table[] = {
        {"TAK", REPLY_YES},
        {" tak. ", REPLY_YES},
        {"Tak, dziękuję!", REPLY_YES},
        {"yes", REPLY_YES},
        {"NIE", REPLY_NO},
        {"nie!", REPLY_NO},
        {"STOP", REPLY_STOP},
        {"stop.", REPLY_STOP},
        {"START", REPLY_START},
        {"tak, ale o 15", REPLY_OTHER},
        {"nie wiem", REPLY_OTHER},
        {"nie, tak", REPLY_OTHER},
        {"proszę nie przerywać: stop", REPLY_OTHER},
        {"", REPLY_OTHER},
        {"👍", REPLY_OTHER},
        {"takt", REPLY_OTHER},
    };
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        cr_expect_eq(reply_read(table[i].body), table[i].answer, "%s", table[i].body);
    }
}
