/*
 * live.test.mjs: what happens at Cal.com is on the page within two seconds, without a hand on it and without
 * getting in the way of one.
 */
import assert from "node:assert/strict";
import { addDays, book, deliver, instant, payload } from "./lib/calcom.mjs";
import { bookedBy } from "./lib/people.mjs";
import { picture, withPage } from "./lib/browser.mjs";
import { fullDay, salon } from "./lib/salon.mjs";
import { test } from "./lib/tap.mjs";

const day = addDays(fullDay, 1);
const at = `#/day/${day}`;
const card = (page, name) =>
  page.locator(".visit", { has: page.getByRole("link", { name, exact: true }) });

async function opened(page) {
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.locator(".health-ok, .health-warn, .health-bad").waitFor();
  // The live connection is up once its first answer came; until then a change could only be polled.
  await page.waitForTimeout(300);
}

test("a webhook sent while the page is open appears without reload", async () => {
  const { box, clients } = await salon();
  await withPage(box, { at }, async (page) => {
    await opened(page);
    await page.getByText("Tego dnia nie ma wizyt").waitFor();
    await page.evaluate(() => {
      window.notReloaded = true;
    });
    const sent = Date.now();
    await book(box, { uid: "live-1", start: instant(day, "10:00"), ...bookedBy(clients.jan) });
    await card(page, "Burek").waitFor();
    const took = Date.now() - sent;
    assert.ok(took < 2000, `it took ${took} ms`);
    console.log(`# webhook to page: ${took} ms`);
    assert.ok(await page.evaluate(() => window.notReloaded));
    await card(page, "Burek").getByText("Alergie: kurczak").waitFor();
    await card(page, "Burek").getByText("Nowa", { exact: true }).waitFor();
    await card(page, "Burek").getByRole("link", { name: "Zadzwoń: 600 100 200" }).waitFor();
    await picture(page, "live-new");
  });
});

test("a reschedule moves the same card, and the page says from when", async () => {
  const { box, clients } = await salon();
  await withPage(box, { at }, async (page) => {
    await opened(page);
    await book(box, { uid: "live-2", start: instant(day, "12:00"), ...bookedBy(clients.anna) });
    await card(page, "Łapka").waitFor();
    const before = await card(page, "Łapka").getAttribute("id");
    await card(page, "Łapka").evaluate((element) => {
      element.sameElement = true;
    });
    await deliver(
      box,
      "BOOKING_RESCHEDULED",
      payload({
        uid: "live-2-moved",
        start: instant(day, "08:30"),
        ...bookedBy(clients.anna),
        rescheduleUid: "live-2",
        rescheduleStartTime: new Date(instant(day, "12:00")).toISOString(),
      }),
    );
    await card(page, "Łapka").getByText("08:30").waitFor();
    assert.equal(await card(page, "Łapka").getAttribute("id"), before);
    assert.ok(
      await card(page, "Łapka").evaluate((element) => element.sameElement === true),
      "another element",
    );
    assert.deepEqual(await page.locator(".visit .visit-start").allTextContents(), [
      "08:30",
      "10:00",
    ]);
  });
});

test("a visit moved to another day leaves the page and is on the other", async () => {
  const { box, clients } = await salon();
  await withPage(box, { at }, async (page) => {
    await opened(page);
    await deliver(
      box,
      "BOOKING_RESCHEDULED",
      payload({
        uid: "live-2-away",
        start: instant(addDays(day, 1), "09:15"),
        ...bookedBy(clients.anna),
        rescheduleUid: "live-2-moved",
      }),
    );
    await card(page, "Łapka").waitFor({ state: "detached" });
    await page.getByRole("link", { name: "Następny dzień" }).click();
    await card(page, "Łapka").getByText("09:15").waitFor();
  });
});

test("a cancelled visit stays in the list, struck, with the reason", async () => {
  const { box, clients } = await salon();
  await withPage(box, { at }, async (page) => {
    await opened(page);
    await deliver(
      box,
      "BOOKING_CANCELLED",
      payload({
        uid: "live-1",
        start: instant(day, "10:00"),
        ...bookedBy(clients.jan),
        status: "CANCELLED",
        cancellationReason: "Pies chory",
      }),
    );
    await card(page, "Burek").getByText("Odwołana", { exact: true }).waitFor();
    await card(page, "Burek").getByText("Pies chory").waitFor();
    assert.equal(await card(page, "Burek").locator(".card-step").count(), 0);
    await picture(page, "live-cancelled");
  });
});

test("a change takes neither focus nor scroll nor an open dialog away", async () => {
  const { box, clients } = await salon();
  await withPage(box, { at: `#/day/${fullDay}`, size: "phone" }, async (page) => {
    await opened(page);
    const more = card(page, "Mruczek").getByRole("button", { name: "Więcej: Mruczek" });
    await more.scrollIntoViewIfNeeded();
    await more.focus();
    const spot = () => more.evaluate((element) => Math.round(element.getBoundingClientRect().top));
    const before = await spot();
    await book(box, {
      uid: "full-0",
      start: instant(fullDay, "07:30"),
      minutes: 30,
      ...bookedBy(clients.zofia),
    });
    await page.locator(".visit .visit-start", { hasText: "07:30" }).waitFor();
    assert.ok(
      await more.evaluate((element) => element === document.activeElement),
      "the focus moved",
    );
    assert.ok(Math.abs((await spot()) - before) < 3, `scrolled from ${before} to ${await spot()}`);
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor();
    await deliver(
      box,
      "BOOKING_CANCELLED",
      payload({
        uid: "full-0",
        start: instant(fullDay, "07:30"),
        ...bookedBy(clients.zofia),
        status: "CANCELLED",
      }),
    );
    await page.locator(".visit-cancelled").waitFor();
    assert.ok(await page.getByRole("dialog").isVisible());
    await page.keyboard.press("Escape");
    assert.ok(
      await more.evaluate((element) => element === document.activeElement),
      "the focus did not come back",
    );
  });
});

test("text from a booking form stays text", async () => {
  const { box } = await salon();
  const nasty = '<img src=x onerror="window.hit=1"><script>window.hit=1</script>';
  await withPage(box, { at: `#/day/${addDays(day, 2)}` }, async (page) => {
    await opened(page);
    const id = await book(box, {
      uid: "live-nasty",
      start: instant(addDays(day, 2), "10:00"),
      name: nasty,
      email: "x@example.com",
      title: nasty,
      note: nasty,
      location: "javascript:window.hit=1",
    });
    await page.locator(".visit").waitFor();
    await page.goto(`${box.url}/#/appointment/${id}`);
    await page.getByText("javascript:window.hit=1").waitFor();
    assert.equal(await page.locator('a[href^="javascript:"], main img, main script').count(), 0);
    assert.equal(await page.evaluate(() => window.hit), undefined);
  });
});

test("what was looked at is no news any more", async () => {
  const { box, clients } = await salon();
  const other = addDays(day, 3);
  await withPage(box, { at: `#/day/${other}` }, async (page) => {
    await opened(page);
    await book(box, {
      uid: "live-news",
      start: instant(other, "10:00"),
      ...bookedBy(clients.ewa),
    });
    await page.getByText("Od ostatniego spojrzenia: 1 nowa").waitFor();
    await page.getByRole("button", { name: "Przejrzane" }).click();
    await page.locator(".news").waitFor({ state: "detached" });
    await page.reload();
    await card(page, "Mruczek").waitFor();
    assert.equal(await page.locator(".news, .chip-fresh").count(), 0);
  });
});
