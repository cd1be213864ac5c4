/*
 * hook_twilio.h: the addresses Twilio posts to. Any method; each request is checked by its
 * signature (X-Twilio-Signature) before anything of it is believed.
 */
#ifndef BARKBOOK_HTTP_HOOK_TWILIO_H
#define BARKBOOK_HTTP_HOOK_TWILIO_H

#include "http/route.h"

route_handler hook_twilio_status;
route_handler hook_twilio_inbound;

#endif
