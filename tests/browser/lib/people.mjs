/*
 * people.mjs: clients and pets of a made-up salon.
 */
import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";

const quote = (value) =>
  value === null || value === undefined ? "NULL" : `'${String(value).replaceAll("'", "''")}'`;

/* Puts a client with pets in; answers {id, pets: [ids], name, email, phone} for a booking. */
export async function addClient(box, { name, surname, phone, email, pets }) {
  const id = randomUUID();
  const lines = [
    `INSERT INTO clients (id, salon_id, name, surname, phone_number, email) SELECT ${quote(id)}, id, ${quote(name)}, ${quote(surname)}, ${quote(phone)}, ${quote(email)} FROM salons LIMIT 1;`,
  ];
  const ids = [];
  for (const pet of pets) {
    const petId = randomUUID();
    ids.push(petId);
    lines.push(
      `INSERT INTO pets (id, salon_id, name, type, breed, allergies, behaviour, health_issues) SELECT ${[petId].map(quote)}, id, ${[pet.name, pet.type ?? "dog", pet.breed, pet.allergies, pet.behaviour, pet.health].map(quote).join(", ")} FROM salons LIMIT 1;`,
      `INSERT INTO client_pets (client_id, pet_id) VALUES (${quote(id)}, ${quote(petId)});`,
    );
  }
  await box.sql(`BEGIN IMMEDIATE; ${lines.join("\n")} COMMIT;`);
  // Cards that come past the program are found once it has noticed them.
  while ((await box.sql("SELECT count(*) FROM search_stale;")) !== "0") await setTimeout(50);
  return { id, pets: ids, name: `${name} ${surname}`, email, phone };
}

/* What a booking of this client carries. */
export function bookedBy(client, which = client.pets) {
  return {
    name: client.name,
    email: client.email,
    phone: client.phone,
    client: client.id,
    pets: which,
  };
}
