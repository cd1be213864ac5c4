/*
 * assets.h: the pages: embedded ones, or those of a folder while developing.
 */
#ifndef BARKBOOK_HTTP_ASSETS_H
#define BARKBOOK_HTTP_ASSETS_H

#include "http/route.h"

/* Answers GET of any path that is no route: "/" is the shell. */
int asset_get(struct http_context *cx, struct http_request *rq, struct reply *re, struct err *err);

/* Content-Type by the end of the name; never guessed from bytes. */
const char *asset_type(const char *path);

#endif
