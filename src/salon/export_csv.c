/*
 * export_csv.c: rows as CSV for Polish spreadsheets (semicolon, decimal comma, CR LF, a byte order
 * mark, no formulas) and as JSON objects. No state but the file's.
 */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "salon/export_write.h"

#define SEPARATOR ';'

static const struct {
    const char *key;
    const char *pl;
    const char *en;
} headings[] = {
    {"id", "Identyfikator", "Id"},
    {"uid", "Rezerwacja", "Booking"},
    {"date", "Data", "Date"},
    {"start", "Początek", "Start"},
    {"end", "Koniec", "End"},
    {"minutes", "Minuty", "Minutes"},
    {"outcome", "Wynik", "Outcome"},
    {"status", "Stan w Cal.com", "Status at Cal.com"},
    {"desk_status", "Stan w recepcji", "Desk status"},
    {"client", "Klient", "Client"},
    {"client_id", "Identyfikator klienta", "Client id"},
    {"name", "Imię", "Name"},
    {"surname", "Nazwisko", "Surname"},
    {"phone", "Telefon", "Phone"},
    {"email", "E-mail", "E-mail"},
    {"address", "Adres", "Address"},
    {"notes", "Notatki", "Notes"},
    {"pet", "Zwierzę", "Pet"},
    {"pet_id", "Identyfikator zwierzęcia", "Pet id"},
    {"pets", "Zwierzęta", "Pets"},
    {"service", "Usługa", "Service"},
    {"price_minor", "Cena z rezerwacji", "Booked price"},
    {"taken_minor", "Pobrano", "Taken"},
    {"currency", "Waluta", "Currency"},
    {"paid_by", "Sposób zapłaty", "Paid by"},
    {"blade", "Ostrze", "Blade"},
    {"shampoo", "Szampon", "Shampoo"},
    {"staff", "Kto zapisał", "Recorded by"},
    {"event_id", "Identyfikator wizyty", "Appointment id"},
    {"cancel_reason", "Powód odwołania", "Reason"},
    {"month", "Miesiąc", "Month"},
    {"booked_minor", "Umówione", "Booked"},
    {"completed_minor", "Zrealizowane", "Completed"},
    {"collected_minor", "Pobrane", "Collected"},
    {"cash_minor", "Gotówka", "Cash"},
    {"card_minor", "Karta", "Card"},
    {"transfer_minor", "Przelew", "Transfer"},
    {"other_minor", "Inaczej", "Other"},
    {"completed", "Liczba zrealizowanych", "Number completed"},
    {"unpriced", "Bez ceny w rezerwacji", "Without booked price"},
    {"untaken", "Bez pobranej kwoty", "Without price taken"},
    {"cancelled", "Odwołane", "Cancelled"},
    {"no_show", "Nieobecności", "No-shows"},
    {"missing", "Brak kwoty", "Missing price"},
    {"gdpr_consent_at", "Zgoda RODO", "Data consent"},
    {"sms_consent_at", "Zgoda na SMS", "SMS consent"},
    {"photo_consent_at", "Zgoda na zdjęcia", "Photo consent"},
    {"archived_at", "W archiwum od", "Archived"},
    {"created_at", "Utworzono", "Created"},
};

static const char *heading(const char *key, const char *language)
{
    for (size_t i = 0; i < ARRAY_LEN(headings); i++) {
        if (strcmp(headings[i].key, key) == 0) {
            return strcmp(language, "en") == 0 ? headings[i].en : headings[i].pl;
        }
    }
    return key;
}

/* Words of ours that stand in cells. */
static const struct {
    const char *key;
    const char *word;
    const char *pl;
    const char *en;
} words[] = {
    {"outcome", "done", "zrealizowana", "completed"},
    {"outcome", "no_show", "nieobecność", "no-show"},
    {"outcome", "cancelled", "odwołana", "cancelled"},
    {"outcome", "late_cancelled", "odwołana późno", "cancelled late"},
    {"outcome", "open", "przed nami", "to come"},
    {"paid_by", "cash", "gotówka", "cash"},
    {"paid_by", "card", "karta", "card"},
    {"paid_by", "transfer", "przelew", "transfer"},
    {"paid_by", "other", "inaczej", "other"},
};

static const char *cell(const char *key, const char *text, const char *language)
{
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (strcmp(words[i].key, key) == 0 && strcmp(words[i].word, text) == 0) {
            return strcmp(language, "en") == 0 ? words[i].en : words[i].pl;
        }
    }
    return text;
}

static bool is_money(const char *key)
{
    size_t n = strlen(key);
    return n > 6 && strcmp(key + n - 6, "_minor") == 0;
}

int export_flush(struct export_file *f, struct err *err)
{
    if (f->line.failed) {
        return err_set(err, ERR_NOMEM, "a row does not fit into memory");
    }
    int rc = f->line.len == 0 ? 0 : f->sink(f->arg, f->line.data, f->line.len, err);
    buf_reset(&f->line);
    return rc;
}

static void money(struct buf *out, int64_t minor)
{
    int64_t whole = minor < 0 ? -minor : minor;
    buf_printf(out, "%s%lld,%02lld", minor < 0 ? "-" : "", (long long)(whole / 100),
               (long long)(whole % 100));
}

int export_csv_head(struct export_file *f, sqlite3_stmt *st, struct err *err)
{
    buf_str(&f->line, "\xef\xbb\xbf");
    for (int col = 0; col < sqlite3_column_count(st); col++) {
        if (col > 0) {
            buf_char(&f->line, SEPARATOR);
        }
        csv_field(&f->line, heading(sqlite3_column_name(st, col), f->query->language), SEPARATOR);
    }
    buf_str(&f->line, "\r\n");
    return export_flush(f, err);
}

int export_csv_row(struct export_file *f, sqlite3_stmt *st, struct err *err)
{
    for (int col = 0; col < sqlite3_column_count(st); col++) {
        if (col > 0) {
            buf_char(&f->line, SEPARATOR);
        }
        if (db_is_null(st, col)) {
            continue;
        }
        if (is_money(sqlite3_column_name(st, col))) {
            money(&f->line, db_int(st, col));
            f->totals[col] += db_int(st, col);
        } else if (sqlite3_column_type(st, col) == SQLITE_INTEGER) {
            buf_printf(&f->line, "%lld", (long long)db_int(st, col));
        } else {
            csv_field(&f->line,
                      cell(sqlite3_column_name(st, col), db_text(st, col), f->query->language),
                      SEPARATOR);
        }
    }
    buf_str(&f->line, "\r\n");
    f->rows++;
    return export_flush(f, err);
}

int export_csv_totals(struct export_file *f, sqlite3_stmt *st, struct err *err)
{
    buf_str(&f->line, strcmp(f->query->language, "en") == 0 ? "Total" : "Razem");
    for (int col = 1; col < sqlite3_column_count(st); col++) {
        buf_char(&f->line, SEPARATOR);
        if (is_money(sqlite3_column_name(st, col))) {
            money(&f->line, f->totals[col]);
        }
    }
    buf_str(&f->line, "\r\n");
    return export_flush(f, err);
}

int export_json_row(struct export_file *f, sqlite3_stmt *st, struct err *err)
{
    struct jw w;
    buf_str(&f->line, f->rows++ == 0 ? "\n" : ",\n");
    jw_init(&w, &f->line);
    jw_object(&w, NULL);
    for (int col = 0; col < sqlite3_column_count(st); col++) {
        const char *key = sqlite3_column_name(st, col);
        if (sqlite3_column_type(st, col) == SQLITE_INTEGER) {
            jw_int(&w, key, db_int(st, col));
        } else {
            jw_text(&w, key, db_text(st, col));
        }
    }
    jw_end_object(&w);
    return export_flush(f, err);
}
