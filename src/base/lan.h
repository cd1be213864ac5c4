/*
 * lan.h: under which address a listener is seen, for links that a person opens. Asks the kernel;
 * sends nothing.
 */
#ifndef BARKBOOK_BASE_LAN_H
#define BARKBOOK_BASE_LAN_H

#include <stddef.h>

#define LAN_URL_LEN 96

/* listen: "host:port" or "[v6]:port", as the configuration checked it. For a wildcard address the
 * one this machine has on its network (that of the default route), else 127.0.0.1.
 * "http://192.168.1.20:8080", without a slash at the end. */
void lan_url(const char *listen, char out[static LAN_URL_LEN]);

#endif
