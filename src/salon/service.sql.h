/*
 * service.sql.h: what the service of appointment e is called, as SQL: by the name its slug has (see
 * service.h), else, for a booking without a slug, by its title.
 */
#ifndef BARKBOOK_SALON_SERVICE_SQL_H
#define BARKBOOK_SALON_SERVICE_SQL_H

/* The same service, whatever it is called today. */
#define SERVICE_KEY_SQL "coalesce(e.service, nullif(e.title, ''), '')"

/* A key's name. */
#define SERVICE_NAME_SQL(key) "coalesce((SELECT name FROM services WHERE slug = " key "), " key ")"

#endif
