/*
 * messenger.c: names and words that all carriers share. Constant data, any thread. The codes are
 * Twilio's, which others are translated to.
 */
#include "remote/messenger.h"

#include <stddef.h>

#include "base/util.h"

const char *messenger_state_name(enum messenger_state s)
{
    static const char *const names[MESSENGER_STATES] = {
        [MESSENGER_ACCEPTED] = "accepted",   [MESSENGER_SENT] = "sent",
        [MESSENGER_DELIVERED] = "delivered", [MESSENGER_UNDELIVERED] = "undelivered",
        [MESSENGER_FAILED] = "failed",       [MESSENGER_RECEIVED] = "received",
    };
    return names[s];
}

static const struct {
    int code;
    const char *text;
} codes[] = {
    {20003, "Twilio does not accept the account SID or the auth token: check them in the settings"},
    {20404, "Twilio does not know this account: check the account SID in the settings"},
    {20429, "Twilio asks to be called less often"},
    {21211, "this is not a phone number"},
    {21212, "the sender is not a phone number or name that Twilio knows: check it in the settings"},
    {21408, "the Twilio account may not send to this country: allow it in Twilio's console"},
    {21606, "this sender cannot send texts: check it in the settings"},
    {21608, "a Twilio trial account sends only to numbers confirmed there"},
    {21610, "the client answered STOP and gets no more texts"},
    {21612, "there is no way to this number from this sender"},
    {21614, "this is not a mobile number"},
    {21617, "the text is too long"},
    {21635, "this is a landline, texts do not arrive there"},
    {21659, "the sender does not belong to this Twilio account: check it in the settings"},
    {30003, "the phone is off or out of reach"},
    {30004, "the client's network or phone blocks these texts"},
    {30005, "nobody has this number any more"},
    {30006, "this is a landline, or a network that takes no texts"},
    {30007, "the network took the text for an advertisement and kept it back"},
    {30008, "the network did not say why it was not delivered"},
};

const char *messenger_code_text(int code)
{
    for (size_t i = 0; i < ARRAY_LEN(codes); i++) {
        if (codes[i].code == code) {
            return codes[i].text;
        }
    }
    return "";
}
