/*
 * look.test.mjs: every page in both languages, both themes and three sizes: axe finds nothing, nothing is cut off,
 * what a finger must hit is big enough; pictures are kept for people to look at. And the budget.
 */
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { newBox } from "./lib/box.mjs";
import { picture, sizes, withPage } from "./lib/browser.mjs";
import { addDays } from "./lib/calcom.mjs";
import { deskSalon, freeDay } from "./lib/desk.mjs";
import { fullDay, salon } from "./lib/salon.mjs";
import { test } from "./lib/tap.mjs";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const FINGER = 44;

/* What reaches beyond the window, the innermost last. */
const tooWide = (page) =>
  page.evaluate(() =>
    [...document.body.querySelectorAll("*")]
      .filter((one) => one.getBoundingClientRect().right > innerWidth + 0.5)
      .map((one) => `${one.localName}.${one.className} "${one.textContent.slice(0, 30)}"`)
      .slice(-6)
      .join(", "),
  );

async function examine(page, where) {
  // Not through a script tag: the page's own policy would rightly refuse it.
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document));
  const found = violations.map(
    (v) =>
      `${v.id}: ${v.help}: ${v.nodes
        .map((n) => n.target.join(" "))
        .slice(0, 3)
        .join(", ")}`,
  );
  assert.deepEqual(found, [], `${where}: axe`);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(wide <= 0, `${where}: ${wide} px too wide: ${wide > 0 ? await tooWide(page) : ""}`);
  const small = await page.evaluate((least) => {
    const wanted =
      "button, .button, .phone, .rail-link, .filter, .menu-item, input:not([type=radio], [type=checkbox]), summary";
    return [...document.querySelectorAll(wanted)]
      .filter((e) => e.checkVisibility() && !e.closest(".sr-only"))
      .map((e) => [e, e.getBoundingClientRect()])
      .filter(([, r]) => r.width && (r.height < least - 0.5 || r.width < least - 8))
      .map(([e, r]) => `${e.className} ${Math.round(r.width)}×${Math.round(r.height)}`);
  }, FINGER);
  assert.deepEqual(small, [], `${where}: too small for a finger`);
}

/* Goes to a page as a person does, without loading everything anew. */
async function show(page, at, ready) {
  await page.evaluate((hash) => {
    location.hash = hash;
  }, at);
  await page
    .locator(`.page-${at.split("/")[1]} ${ready}`)
    .first()
    .waitFor();
}

async function search(page) {
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").fill("a");
  await page.getByRole("option").nth(2).waitFor();
}

async function pages(box) {
  const day = await (
    await fetch(`${box.url}/api/day?date=${fullDay}`, {
      headers: { Cookie: `${box.cookie.name}=${box.cookie.value}` },
    })
  ).json();
  const figa = day.days[0].events.find((visit) => visit.pets[0]?.name === "Figa");
  const full = `[data-day="${fullDay}"]`;
  const none = async () => {};
  return [
    ["day", `#/day/${fullDay}`, full, none],
    ["day-empty", `#/day/${addDays(fullDay, 13)}`, ".empty", none],
    [
      "day-menu",
      `#/day/${fullDay}`,
      ".visit",
      (page) => page.locator(".card-more").first().click(),
    ],
    ["day-pick", `#/day/${fullDay}`, full, (page) => page.locator('[data-nav="pick"]').click()],
    ["week", `#/week/${fullDay}`, ".week", none],
    ["appointment", `#/appointment/${figa.id}`, ".events", none],
    ["clients", "#/clients", ".index-row", none],
    ["client", `#/client/${figa.client.id}`, ".past", none],
    ["client-new", "#/client-new", "form", none],
    ["client-edit", `#/client-edit/${figa.client.id}`, "form", none],
    ["pet", `#/pet/${figa.pets[0].id}`, ".warnings-large", none],
    ["pet-edit", `#/pet-edit/${figa.pets[0].id}`, "form", none],
    ["unlinked", "#/unlinked", ".waiting", none],
    ["settings", "#/settings", "form", none],
    ["import", "#/import", "#import-file", none],
    ["search", "#/clients", ".index-row", (page) => search(page)],
    ["print", `#/print/${fullDay}`, ".sheet", none],
    ["sync", "#/sync", ".delivery", none],
    ["more", "#/more", ".more", none],
    ["account", "#/account", ".line", none],
    ["people", "#/people", ".line", none],
    [
      "people-add",
      "#/people",
      ".line",
      (page) => page.locator('[data-do="add"]').click(),
    ],
  ];
}

/* In parts, so that a slow machine has time for each. */
const PARTS = 3;

for (const lang of ["pl", "en"]) {
  for (const theme of ["light", "dark"]) {
    for (const size of Object.keys(sizes)) {
      for (let part = 0; part < PARTS; part += 1) {
        const what = `${lang}, ${theme}, ${size}, ${part + 1} of ${PARTS}`;
        test(`every page is accessible, whole and fit for fingers: ${what}`, async () => {
          const { box } = await salon();
          await box.setLanguage(lang);
          try {
            await withPage(box, { lang, theme, size }, async (page) => {
              const all = await pages(box);
              for (const [name, at, ready, prepare] of all.filter((_, i) => i % PARTS === part)) {
                await show(page, at, ready);
                await prepare(page);
                await picture(page, `${name}-${lang}-${theme}-${size}`);
                await examine(page, `${name} ${lang} ${theme} ${size}`);
                await page.keyboard.press("Escape");
              }
            });
          } finally {
            await box.setLanguage("pl");
          }
        });
      }
    }
  }
}

/* Booking with a Cal.com that answers: the pages, and the dialogs of an appointment. */
async function bookingPages(box, { tomasz }) {
  const start = { date: addDays(freeDay, 4), time: "10:00" };
  const answer = await box.ask("POST", "/api/bookings", {
    request_id: `look-${Date.now()}`,
    client_id: tomasz.id,
    pet_ids: [tomasz.pets[0].id],
    event_type: 7002,
    ...start,
  });
  const { appointment_id: id } = await answer.json();
  const book = `#/book?client=${tomasz.id}&service=strzyzenie-60&date=${start.date}`;
  const order = (name) => (page) => page.locator(`[data-order="${name}"]`).click();
  return [
    ["book", book, ".slot", (page) => page.locator(".slot").first().click()],
    ["book-visit", `#/appointment/${id}`, ".events", async () => {}],
    [
      "book-visit-move",
      `#/appointment/${id}`,
      ".events",
      async (page) => {
        await order("move")(page);
        await page.locator("dialog .slot").first().waitFor();
      },
    ],
    ["book-visit-cancel", `#/appointment/${id}`, ".events", order("cancel")],
  ];
}

let bookings = null;

for (const lang of ["pl", "en"]) {
  for (const theme of ["light", "dark"]) {
    for (const size of Object.keys(sizes)) {
      test(`booking is accessible, whole and fit for fingers: ${lang}, ${theme}, ${size}`, async () => {
        const { box, clients } = await deskSalon();
        bookings ??= bookingPages(box, clients);
        await box.setLanguage(lang);
        try {
          for (const [name, at, ready, prepare] of await bookings) {
            await withPage(box, { at, lang, theme, size }, async (page) => {
              await page.locator(ready).first().waitFor();
              await prepare(page);
              await page.waitForTimeout(150);
              await picture(page, `${name}-${lang}-${theme}-${size}`);
              await examine(page, `${name} ${lang} ${theme} ${size}`);
            });
          }
        } finally {
          await box.setLanguage("pl");
        }
      });
    }
  }
}

/* The cookie of a browser on which the owner has a PIN. */
async function tablet(box) {
  const answer = await box.ask("POST", "/api/device/pin", { pin: "902117", device: "Lada" });
  assert.equal(answer.status, 204);
  const [name, value] = answer.headers.get("set-cookie").split(";")[0].split("=");
  return { name, value, url: box.url };
}

test("whose turn it is, and the pad for the PIN, are accessible and fit for fingers", async () => {
  const { box } = await salon();
  const cookie = await tablet(box);
  for (const lang of ["pl", "en"]) {
    for (const theme of ["light", "dark"]) {
      for (const size of Object.keys(sizes)) {
        await withPage(box, { cookie, lang, theme, size }, async (page) => {
          await page.locator(".face").waitFor();
          await picture(page, `lock-${lang}-${theme}-${size}`);
          await examine(page, `lock ${lang} ${theme} ${size}`);
          await page.locator(".face").click();
          await page.locator(".pad-go").click();
          await page.locator("#pin-error:not([hidden])").waitFor();
          await picture(page, `pin-${lang}-${theme}-${size}`);
          await examine(page, `pin ${lang} ${theme} ${size}`);
        });
      }
    }
  }
  await withPage(box, { cookie, viewport: { width: 320, height: 640 } }, async (page) => {
    await page.locator(".face").click();
    await page.locator(".pad").waitFor();
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wide <= 0, `${wide} px too wide`);
  });
});

test("the doors are accessible too", async () => {
  const { box } = await salon();
  const fresh = await newBox("doors");
  const token = await fresh.setupToken();
  for (const theme of ["light", "dark"]) {
    for (const size of ["desktop", "phone"]) {
      await withPage(box, { cookie: null, theme, size }, async (page) => {
        await page.locator("#password").waitFor();
        await picture(page, `sign-in-${theme}-${size}`);
        await examine(page, `sign-in ${theme} ${size}`);
      });
      await withPage(
        fresh,
        { cookie: null, theme, size, at: `#/setup?token=${token}` },
        async (page) => {
          await page.locator("form").waitFor();
          await examine(page, `setup ${theme} ${size}`);
          await page.locator("form button[type=submit]").click();
          await page.locator("form button[type=submit]").click();
          await page.locator("[aria-invalid]").first().waitFor();
          await examine(page, `setup owner ${theme} ${size}`);
        },
      );
    }
  }
});

test("nothing is cut off on the narrowest phone, nor with text twice as big", async () => {
  const { box } = await salon();
  const narrow = { viewport: { width: 320, height: 640 } };
  const big = { viewport: { width: 640, height: 800 } };
  for (const [how, options, zoom] of [
    ["at 320 px", narrow, "100%"],
    ["with big text", big, "200%"],
  ]) {
    await withPage(box, options, async (page) => {
      for (const [name, at, ready] of await pages(box)) {
        if (name === "print") continue; // paper keeps its size and scrolls in its own frame
        await show(page, at, ready);
        const wide = await page.evaluate((size) => {
          document.documentElement.style.setProperty("font-size", size);
          return document.documentElement.scrollWidth - innerWidth;
        }, zoom);
        assert.ok(wide <= 0, `${name}: ${wide} px too wide ${how}: ${wide > 0 ? await tooWide(page) : ""}`);
        await page.evaluate(() => document.documentElement.style.removeProperty("font-size"));
      }
    });
  }
});

test("forced colours keep every status and warning visible", async () => {
  const { box } = await salon();
  await withPage(box, { at: `#/day/${fullDay}`, forcedColors: "active" }, async (page) => {
    await page.locator(".visit").first().waitFor();
    for (const selector of [".badge", ".warning"]) {
      const width = await page
        .locator(selector)
        .first()
        .evaluate((e) => getComputedStyle(e).borderTopWidth);
      assert.notEqual(width, "0px", selector);
    }
    await picture(page, "day-forced-colours");
  });
});

test("the first page weighs at most 100 KB compressed and does not jump", async () => {
  const { box } = await salon();
  const bodies = [];
  await withPage(
    box,
    { at: `#/day/${fullDay}`, serviceWorkers: "block", expect: [/blocked by Playwright/] },
    async (page) => {
      await page.locator(".visit").first().waitFor();
      page.on("response", (response) => bodies.push(response));
      await page.reload();
      await page.locator(".visit").first().waitFor();
      await page.waitForLoadState("networkidle").catch(() => {});
      let total = 0;
      for (const response of bodies) {
        assert.ok(
          response.url().startsWith(box.url) || response.url().startsWith("data:"),
          `asked elsewhere: ${response.url()}`,
        );
        if (
          response.status() === 200 &&
          !response.url().includes("/api/live") &&
          response.url().startsWith("http")
        ) {
          total += gzipSync(await response.body()).length;
        }
      }
      const { paint, shift } = await page.evaluate(
        () =>
          new Promise((resolve) => {
            let shift = 0;
            new PerformanceObserver((list) => {
              for (const entry of list.getEntries())
                if (!entry.hadRecentInput) shift += entry.value;
            }).observe({ type: "layout-shift", buffered: true });
            setTimeout(
              () =>
                resolve({
                  paint: performance.getEntriesByName("first-contentful-paint")[0]?.startTime,
                  shift,
                }),
              400,
            );
          }),
      );
      console.log(
        `# first page: ${(total / 1024).toFixed(1)} KB, first paint ${Math.round(paint)} ms, layout shift ${shift.toFixed(4)}`,
      );
      assert.ok(total < 100 * 1024, `${total} bytes`);
      assert.ok(shift < 0.02, `layout shift ${shift}`);
    },
  );
});
