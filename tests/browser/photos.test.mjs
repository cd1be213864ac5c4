/*
 * photos.test.mjs: a photo from the camera is made small, loses its EXIF, gets through a lost connection, and can be looked
 * at and deleted.
 */
import assert from "node:assert/strict";
import { newBox } from "./lib/box.mjs";
import { picture, until, withPage } from "./lib/browser.mjs";
import { addDays, book, instant, today } from "./lib/calcom.mjs";
import { addClient, bookedBy } from "./lib/people.mjs";
import { test } from "./lib/tap.mjs";

let made = null;

function salon() {
  made ??= (async () => {
    const box = await newBox("photos");
    await box.signIn();
    const jan = await addClient(box, {
      name: "Jan",
      surname: "Kowalski",
      phone: "+48600100200",
      email: "jan@example.com",
      pets: [{ name: "Burek" }],
    });
    const id = await book(box, {
      uid: "photos-1",
      start: instant(addDays(today(), -1), "10:00"),
      ...bookedBy(jan),
    });
    return { box, at: `#/appointment/${id}` };
  })();
  return made;
}

/* A large picture as a camera makes it: with an EXIF segment that says where. */
async function camera(page) {
  const base64 = await page.evaluate(async () => {
    const canvas = document.createElement("canvas");
    canvas.width = 3000;
    canvas.height = 2000;
    const context = canvas.getContext("2d");
    for (let i = 0; i < 400; i += 1) {
      context.fillStyle = `hsl(${(i * 37) % 360} 70% 50%)`;
      context.fillRect((i * 131) % 3000, (i * 71) % 2000, 400, 300);
    }
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.95));
    const bytes = new Uint8Array(await blob.arrayBuffer());
    let text = "";
    for (const byte of bytes) text += String.fromCharCode(byte);
    return btoa(text);
  });
  const plain = Buffer.from(base64, "base64");
  const where = Buffer.from("Exif\0\0 GPS 52.2297N 21.0122E", "latin1");
  const head = Buffer.from([0xff, 0xe1, 0, where.length + 2]);
  return {
    name: "IMG_0001.JPG",
    mimeType: "image/jpeg",
    buffer: Buffer.concat([plain.subarray(0, 2), head, where, plain.subarray(2)]),
  };
}

async function shown(page, path) {
  const base64 = await page.evaluate(async (url) => {
    const bytes = new Uint8Array(await (await fetch(url)).arrayBuffer());
    return btoa(String.fromCharCode(...bytes.subarray(0, 4096)));
  }, path);
  return Buffer.from(base64, "base64");
}

test("a camera's photo arrives small and without the place it was taken at, through a lost connection", async () => {
  const { box, at } = await salon();
  const expect = [/ERR_INTERNET_DISCONNECTED|ERR_FAILED|Failed to load/];
  await withPage(box, { at, expect }, async (page) => {
    await page.getByText("Zdjęcie przed").waitFor();
    const photo = await camera(page);
    assert.ok(photo.buffer.includes("GPS"));
    let cut = 0;
    await page.route("**/uploads/**", (route) => {
      cut += 1;
      return cut % 3 === 2 ? route.abort() : route.continue();
    });
    await page.locator('input[data-photo="before"]').setInputFiles(photo);
    await page.getByRole("button", { name: "Burek przed wizytą" }).waitFor();
    assert.ok(cut > 3, "nothing was cut");
    await page.unroute("**/uploads/**");
    await page.getByText("Brak zgody klienta na zdjęcia.").waitFor();
    await page.getByRole("button", { name: "Burek przed wizytą" }).click();
    const large = page.locator(".photo-large");
    await until(page, () => document.querySelector(".photo-large")?.naturalWidth === 1600);
    const bytes = await shown(page, await large.getAttribute("src"));
    assert.deepEqual([...bytes.subarray(0, 3)], [0xff, 0xd8, 0xff]);
    assert.ok(!bytes.includes("Exif") && !bytes.includes("GPS"), "it still says where it was taken");
    await picture(page, "photo-large");
    await page.keyboard.press("Escape");
    await picture(page, "photos");
  });
});

test("what is no picture is refused in words, and a photo is deleted only when that is meant", async () => {
  const { box, at } = await salon();
  await withPage(box, { at }, async (page) => {
    await page.getByText("Zdjęcie po").waitFor();
    await page.locator('input[data-photo="after"]').setInputFiles({
      name: "x.jpg",
      mimeType: "image/jpeg",
      buffer: Buffer.from("no picture"),
    });
    await page.locator("#alerts").getByText("Tego pliku nie da się odczytać").waitFor();
    await page.locator('input[data-photo="after"]').setInputFiles(await camera(page));
    const after = page.getByRole("button", { name: "Burek po wizycie" });
    await after.click();
    await page.getByRole("button", { name: "Usuń zdjęcie" }).click();
    await page.getByRole("button", { name: "Na pewno usunąć?" }).click();
    await after.waitFor({ state: "detached" });
    const listed = await box.sql("SELECT kind FROM visit_photos");
    assert.ok(!String(listed).includes("after"));
  });
});
