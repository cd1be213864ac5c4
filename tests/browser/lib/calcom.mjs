/*
 * calcom.mjs: deliveries as Cal.com sends them, made up here, signed like there.
 */
import { createHmac } from "node:crypto";
import { zone } from "./box.mjs";

const clock = new Intl.DateTimeFormat("en-CA", {
  timeZone: zone,
  hourCycle: "h23",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
});

/* The salon's wall clock at an instant. */
export function wall(ms) {
  const parts = {};
  for (const { type, value } of clock.formatToParts(new Date(ms))) parts[type] = value;
  return {
    day: `${parts.year}-${parts.month}-${parts.day}`,
    time: `${parts.hour}:${parts.minute}`,
  };
}

/* The instant at which the salon's clock shows day and time; of two, the first. */
export function instant(day, time) {
  const wanted = Date.parse(`${day}T${time}:00Z`);
  for (const offset of [2, 1]) {
    const guess = wanted - offset * 3600000;
    const shown = wall(guess);
    if (shown.day === day && shown.time === time) return guess;
  }
  throw new Error(`${day} ${time} does not exist in ${zone}`);
}

export const today = () => wall(Date.now()).day;

export function addDays(day, count) {
  return new Date(Date.parse(`${day}T12:00:00Z`) + count * 86400000).toISOString().slice(0, 10);
}

let number = 910000;

/* payload of a BOOKING_* delivery. start: instant; pets and client: ids for the metadata. */
export function payload({
  uid,
  start,
  minutes = 60,
  name,
  email,
  phone,
  title,
  note,
  client,
  pets,
  ...rest
}) {
  number += 1;
  const iso = (ms) => new Date(ms).toISOString().replace(".000Z", "Z");
  return {
    type: "strzyzenie",
    title: title ?? "Strzyżenie z kąpielą",
    description: note ?? "",
    additionalNotes: note ?? "",
    startTime: iso(start),
    endTime: iso(start + minutes * 60000),
    length: minutes,
    organizer: { name: "Salon", email: "salon@example.com", username: "salon", timeZone: zone },
    attendees: [
      { name, email, timeZone: zone, language: { locale: "pl" }, phoneNumber: phone ?? null },
    ],
    responses: { name: { label: "your_name", value: name }, email: { value: email } },
    location: "ul. Psia 7, Kraków",
    eventTypeId: 7001,
    eventTitle: title ?? "Strzyżenie z kąpielą",
    seatsPerTimeSlot: null,
    uid,
    bookingId: number,
    price: 18000,
    currency: "pln",
    metadata: client ? { barkbookClientId: client, barkbookPetId: (pets ?? []).join(",") } : {},
    status: "ACCEPTED",
    ...rest,
  };
}

/* Sends a delivery; answers what the box said. */
export async function deliver(box, triggerEvent, body, createdAt = new Date()) {
  const raw = JSON.stringify({
    triggerEvent,
    createdAt: new Date(createdAt).toISOString(),
    payload: body,
  });
  return deliverRaw(box, raw);
}

export async function deliverRaw(box, raw) {
  const signature = createHmac("sha256", await box.secret())
    .update(raw)
    .digest("hex");
  const answer = await fetch(box.hook, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Cal-Signature-256": signature },
    body: raw,
  });
  return { code: answer.status, ...(await answer.json()) };
}

/* Books a visit and insists that it was taken. */
export async function book(box, details) {
  const answer = await deliver(box, "BOOKING_CREATED", payload(details));
  if (answer.code !== 200) throw new Error(`${answer.code} ${JSON.stringify(answer)}`);
  return answer.event_id;
}
