/*
 * api.h: the handlers named in the route table (routes.c), grouped by the file they live in.
 */
#ifndef BARKBOOK_HTTP_API_H
#define BARKBOOK_HTTP_API_H

#include "http/route.h"
#include "salon/staff.h"

/* api_accounting.c */
route_handler api_accounting;
route_handler api_accounting_send;

/* api_export.c */
route_handler api_export;
route_handler api_feed;
route_handler api_feed_open;
route_handler api_feed_close;
route_handler api_feed_read;

/* api_health.c */
route_handler api_healthz;

/* api_backups.c */
route_handler api_backups;
route_handler api_backup_now;

/* api_doctor.c */
route_handler api_doctor;

/* api_device.c */
route_handler api_device;
route_handler api_device_pin;
route_handler api_device_pin_drop;
route_handler api_devices;
route_handler api_device_forget;
route_handler api_session_by_pin;

/* api_salon.c */
route_handler api_salon;
route_handler api_salon_change;

/* api_session.c */
route_handler api_state;
route_handler api_setup;
route_handler api_session_get;
route_handler api_session_post;
route_handler api_session_patch;
route_handler api_session_delete;

MUST_USE int api_session_answer(struct http_context *cx, const struct staff *staff, bool by_pin,
                                int status, struct reply *re, struct err *err);

/* api_sessions.c */
route_handler api_password;
route_handler api_sessions;
route_handler api_session_end;
route_handler api_sessions_end_others;

/* api_staff.c */
route_handler api_staff_list;
route_handler api_staff_add;
route_handler api_staff_change;
route_handler api_staff_sessions;

/* api_messages.c */
route_handler api_messages;
route_handler api_message_calls;
route_handler api_message_handled;
route_handler api_message_take_back;

/* api_message_settings.c */
route_handler api_message_settings;
route_handler api_message_settings_change;

/* api_message_write.c */
route_handler api_message_preview;
route_handler api_message_send;
route_handler api_message_bulk;

/* api_numbers.c */
route_handler api_numbers;

/* api_photos.c */
route_handler api_photos;
route_handler api_photo_add;
route_handler api_photo;
route_handler api_photo_thumb;
route_handler api_photo_remove;
route_handler api_upload;
route_handler api_upload_add;

/* api_visits.c */
route_handler api_visits_of_appointment;
route_handler api_recipe;
route_handler api_visit;
route_handler api_visit_add;
route_handler api_visit_change;
route_handler api_visit_drop_draft;
route_handler api_walkin;

/* api_webhooks.c */
route_handler api_webhooks;
route_handler api_webhook;
route_handler api_webhook_replay;

/* metrics.c */
route_handler api_metrics;

/* openapi.c */
route_handler api_openapi;
/* api_day.c */
route_handler api_day;

/* api_appointment.c */
route_handler api_appointment;
route_handler api_appointment_desk;

/* api_audit.c */
route_handler api_audit;
/* A failure is logged, and no reason to refuse what was asked. */
void api_audit_note(struct http_context *cx, const struct http_request *rq, const char *action,
                    const char *kind, const char *ref);

/* api_client_export.c */
route_handler api_client_export;

/* api_clients.c */
route_handler api_clients;
route_handler api_clients_similar;
route_handler api_client;
route_handler api_client_add;
route_handler api_client_change;
route_handler api_client_household;

/* api_pets.c */
route_handler api_pet;
route_handler api_pet_add;
route_handler api_pet_change;
route_handler api_pet_owner_add;
route_handler api_pet_owner_remove;

/* api_history.c */
route_handler api_client_visits;
route_handler api_pet_visits;

/* api_import.c */
route_handler api_import_clients;

/* api_merges.c */
route_handler api_client_merge;
route_handler api_pet_merge;
route_handler api_merge_undo;

/* api_privacy.c */
route_handler api_client_erase;

/* api_search.c */
route_handler api_search;

/* api_unlinked.c */
route_handler api_unlinked;

/* api_link.c */
route_handler api_appointment_link;
route_handler api_appointment_unlink;
route_handler api_appointment_client;
/* api_booking.c */
route_handler api_booking;
route_handler api_booking_get;
route_handler api_visit_reschedule;
route_handler api_visit_cancel;
route_handler api_visit_confirm;
route_handler api_visit_decline;
route_handler api_visit_no_show;

/* api_services.c */
route_handler api_event_types;
route_handler api_slots;
route_handler api_booking_link;

/* api_subscription.c */
route_handler api_subscription;
route_handler api_subscription_register;

/* api_reconcile.c */
route_handler api_reconcile;
route_handler api_reconcile_ask;

/* api_sync_health.c */
route_handler api_health;
/* The same inside a larger answer; key NULL: the whole document. */
MUST_USE int api_write_health(struct http_context *cx, struct db *db, int64_t now, struct jw *w,
                              const char *key, struct err *err);

#endif
