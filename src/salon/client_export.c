/*
 * client_export.c: see client_export.h. A list of questions; their columns are the members of the
 * JSON and the headings of the HTML. No state.
 */
#include "salon/client_export.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"

#define X(name, sql) static const char name[] = sql;
#include "salon/client_export.sql.def"
#undef X

static const struct section {
    const char *key;
    const char *pl;
    const char *en;
    const char *sql;
} sections[] = {
    {"client", "Klient", "Client", SQL_EXPORT_ONE_CLIENT},
    {"consents", "Zgody", "Consents", SQL_EXPORT_ONE_CONSENTS},
    {"pets", "Zwierzęta", "Pets", SQL_EXPORT_ONE_PETS},
    {"appointments", "Terminy", "Appointments", SQL_EXPORT_ONE_APPOINTMENTS},
    {"visits", "Zapiski z wizyt", "Notes of visits", SQL_EXPORT_ONE_VISITS},
    {"messages", "Wiadomości", "Messages", SQL_EXPORT_ONE_MESSAGES},
};

static const struct heading {
    const char *key;
    const char *pl;
    const char *en;
} headings[] = {
    {"name", "Imię", "Name"},
    {"surname", "Nazwisko", "Surname"},
    {"phone", "Telefon", "Phone"},
    {"email", "E-mail", "E-mail"},
    {"address", "Adres", "Address"},
    {"notes", "Uwagi", "Notes"},
    {"gdpr_consent_at", "Zgoda na dane", "Consent to data"},
    {"sms_consent_at", "Zgoda na SMS", "Consent to texts"},
    {"photo_consent_at", "Zgoda na zdjęcia", "Consent to photos"},
    {"created_at", "Założono", "Made"},
    {"updated_at", "Zmieniono", "Changed"},
    {"archived_at", "Zarchiwizowano", "Archived"},
    {"at", "Kiedy", "When"},
    {"kind", "Rodzaj", "Kind"},
    {"given", "Udzielona", "Given"},
    {"type", "Gatunek", "Species"},
    {"breed", "Rasa", "Breed"},
    {"birth_date", "Urodziny", "Birth date"},
    {"health_issues", "Zdrowie", "Health"},
    {"allergies", "Alergie", "Allergies"},
    {"behaviour", "Zachowanie", "Behaviour"},
    {"preferences", "Upodobania", "Preferences"},
    {"default_duration_minutes", "Zwykły czas (min)", "Usual length (min)"},
    {"rabies_vaccinated_on", "Szczepienie", "Rabies vaccination"},
    {"deceased_at", "Nie żyje od", "Deceased"},
    {"start_time", "Od", "From"},
    {"end_time", "Do", "To"},
    {"status", "Stan", "Status"},
    {"desk_status", "Przy biurku", "At the desk"},
    {"title", "Tytuł", "Title"},
    {"description", "Opis", "Description"},
    {"service", "Usługa", "Service"},
    {"pets", "Zwierzęta", "Pets"},
    {"pet", "Zwierzę", "Pet"},
    {"price_minor", "Cena (gr)", "Price (hundredths)"},
    {"currency", "Waluta", "Currency"},
    {"attendee_name", "Kto rezerwował", "Booked by"},
    {"attendee_email", "E-mail rezerwacji", "E-mail of the booking"},
    {"attendee_phone", "Telefon rezerwacji", "Phone of the booking"},
    {"location", "Miejsce", "Place"},
    {"cancel_reason", "Powód odwołania", "Why cancelled"},
    {"visit_date", "Dzień", "Day"},
    {"blade", "Ostrze", "Blade"},
    {"shampoo", "Szampon", "Shampoo"},
    {"minutes", "Minuty", "Minutes"},
    {"paid_by", "Zapłata", "Paid by"},
    {"direction", "Kierunek", "Direction"},
    {"state", "Stan", "State"},
    {"body", "Treść", "Text"},
};

/* Calls row for each of a question's rows. */
typedef void row_fn(void *arg, sqlite3_stmt *st);
static int ask(struct db *db, const char *sql, const char *client_id, row_fn *row, void *arg,
               struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, sql, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":client", client_id);
    while ((rc = db_step(db, st, err)) > 0) {
        row(arg, st);
    }
    return rc;
}

static void json_row(void *arg, sqlite3_stmt *st)
{
    struct jw *w = arg;
    jw_object(w, NULL);
    for (int i = 0; i < sqlite3_column_count(st); i++) {
        const char *key = sqlite3_column_name(st, i);
        if (sqlite3_column_type(st, i) == SQLITE_INTEGER) {
            jw_int(w, key, db_int(st, i));
        } else {
            jw_text(w, key, db_text(st, i));
        }
    }
    jw_end_object(w);
}

int client_export_json(struct db *db, const char *client_id, int64_t now, struct buf *out,
                       struct err *err)
{
    struct jw w;
    int rc = 0;
    jw_init(&w, out);
    jw_object(&w, NULL);
    jw_text(&w, "format", "barkbook-client");
    jw_int(&w, "version", CLIENT_EXPORT_VERSION);
    jw_time(&w, "exported_at", now);
    for (size_t i = 0; i < ARRAY_LEN(sections) && rc >= 0; i++) {
        jw_array(&w, sections[i].key);
        rc = ask(db, sections[i].sql, client_id, json_row, &w, err);
        jw_end_array(&w);
    }
    jw_end_object(&w);
    if (rc >= 0 && out->failed) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    return rc < 0 ? rc : 0;
}

static void escape(struct buf *out, const char *text)
{
    for (const char *p = text; *p != '\0'; p++) {
        switch (*p) {
        case '&':
            buf_str(out, "&amp;");
            break;
        case '<':
            buf_str(out, "&lt;");
            break;
        case '>':
            buf_str(out, "&gt;");
            break;
        case '"':
            buf_str(out, "&quot;");
            break;
        case '\n':
            buf_str(out, "<br>");
            break;
        default:
            buf_char(out, *p);
        }
    }
}

struct page {
    struct buf *out;
    bool polish;
};

static const char *heading_of(const struct page *p, const char *key)
{
    for (size_t i = 0; i < ARRAY_LEN(headings); i++) {
        if (strcmp(headings[i].key, key) == 0) {
            return p->polish ? headings[i].pl : headings[i].en;
        }
    }
    return key;
}

/* Instants are shown as the salon's wall clock; what is empty is left out. */
static void html_row(void *arg, sqlite3_stmt *st)
{
    const struct page *p = arg;
    buf_str(p->out, "<dl>");
    for (int i = 0; i < sqlite3_column_count(st); i++) {
        const char *text = db_text(st, i);
        int64_t at = 0;
        if (text == NULL || text[0] == '\0') {
            continue;
        }
        buf_str(p->out, "<dt>");
        escape(p->out, heading_of(p, sqlite3_column_name(st, i)));
        buf_str(p->out, "</dt><dd>");
        if (time_parse(text, &at)) {
            struct local_time t;
            zone_local(at, &t);
            buf_printf(p->out, "%04d-%02d-%02d %02d:%02d", t.date.year, t.date.month, t.date.day,
                       t.hour, t.minute);
        } else {
            escape(p->out, text);
        }
        buf_str(p->out, "</dd>");
    }
    buf_str(p->out, "</dl>\n");
}

int client_export_html(struct db *db, const char *client_id, int64_t now, const char *language,
                       struct buf *out, struct err *err)
{
    struct page p = {.out = out, .polish = strcmp(language, "en") != 0};
    struct local_time t;
    int rc = 0;
    zone_local(now, &t);
    const char *title = p.polish ? "Dane klienta" : "A client's data";
    buf_printf(out,
               "<!doctype html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\"><title>%s</title>"
               "<style>body{font:16px/1.5 sans-serif;max-width:50rem;margin:2rem auto;padding:0 "
               "1rem}dl{display:grid;grid-template-columns:12rem 1fr;margin:0;padding:.75rem 0;"
               "border-top:1px solid #999}dt{color:#555}dd{margin:0}</style></head><body>\n"
               "<h1>%s</h1>\n<p>%04d-%02d-%02d</p>\n",
               p.polish ? "pl" : "en", title, title, t.date.year, t.date.month, t.date.day);
    for (size_t i = 0; i < ARRAY_LEN(sections) && rc >= 0; i++) {
        buf_printf(out, "<h2>%s</h2>\n", p.polish ? sections[i].pl : sections[i].en);
        rc = ask(db, sections[i].sql, client_id, html_row, &p, err);
    }
    buf_str(out, "</body></html>\n");
    if (rc >= 0 && out->failed) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    return rc < 0 ? rc : 0;
}

int client_export_photos(struct db *db, const char *client_id, client_photo_fn *each, void *arg,
                         struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_EXPORT_ONE_PHOTOS, &st, err);
    int number = 0;
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":client", client_id);
    while ((rc = db_step(db, st, err)) > 0) {
        char name[128];
        /* Pets' names may be anything; a file's may not. */
        (void)snprintf(name, sizeof name, "photos/%.10s-%d-%.10s.jpg", db_text(st, 1), ++number,
                       db_text(st, 3));
        rc = each(arg, db_text(st, 0), name, err);
        if (rc < 0) {
            return rc;
        }
    }
    return rc;
}
