/*
 * outcome.sql.h: what became of an appointment e of calendar_events, as SQL, so that the sums, the
 * rows behind them and the exports cannot disagree. The desk's word comes before Cal.com's and the
 * clock's; a cancellation stands above it only until the animal is in the salon, as on the pages.
 *
 *   done            it took place: its end has passed, or the desk says ready or picked up
 *   no_show         nobody came
 *   late_cancelled  called off less than 24 hours before it was to begin, as far as we heard
 *   cancelled       called off earlier
 *   open            still to come, or under way
 */
#ifndef BARKBOOK_SALON_OUTCOME_SQL_H
#define BARKBOOK_SALON_OUTCOME_SQL_H

#define OUTCOME_HERE_SQL \
    "ifnull(e.desk_status, '') IN ('arrived', 'in_progress', 'ready', 'picked_up')"

#define OUTCOME_SQL                                                                               \
    "CASE WHEN e.status = 'cancelled' AND NOT " OUTCOME_HERE_SQL                                  \
    " THEN iif(EXISTS (SELECT 1 FROM event_changes h WHERE h.event_id = e.id"                     \
    " AND h.field = 'status' AND h.new_value = 'cancelled' AND h.created_at >"                    \
    " strftime('%Y-%m-%dT%H:%M:%fZ', e.start_time, '-24 hours')), 'late_cancelled', 'cancelled')" \
    " WHEN e.desk_status = 'no_show' THEN 'no_show'"                                              \
    " WHEN e.status = 'no_show' AND NOT " OUTCOME_HERE_SQL " THEN 'no_show'"                      \
    " WHEN e.status = 'completed' OR e.desk_status IN ('ready', 'picked_up') THEN 'done'"         \
    " ELSE 'open' END"

#endif
