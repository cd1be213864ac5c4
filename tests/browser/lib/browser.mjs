/*
 * browser.mjs: one Chromium for all tests, a fresh profile for each page. A page that complains in
 * its console, throws, or breaks its own content security policy fails the test that used it.
 */
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { chromium } from "playwright-core";
import { settings } from "./settings.mjs";
import { afterAll } from "./tap.mjs";

export const ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const sizes = {
  desktop: { width: 1280, height: 800 },
  tablet: { width: 1024, height: 768 },
  phone: { width: 390, height: 844 },
};

let launched = null;

export function browser() {
  launched ??= chromium.launch({ executablePath: settings.chromium, args: ARGS }).then((b) => {
    afterAll(() => b.close());
    return b;
  });
  return launched;
}

/* Runs use(page, context) on a fresh page of box. cookie: signed in; expect: console lines that this
 * test means to provoke. */
export async function withPage(box, options, use) {
  const {
    size = "desktop",
    theme = "light",
    lang = "pl",
    cookie = box.cookie,
    expect = [],
    at = "",
    ...more
  } = options;
  const context = await (
    await browser()
  ).newContext({
    viewport: sizes[size],
    colorScheme: theme,
    locale: lang === "pl" ? "pl-PL" : "en-GB",
    timezoneId: "Europe/Warsaw",
    reducedMotion: "reduce",
    ...more,
  });
  const complaints = [];
  const complain = (text) => {
    if (!expect.some((pattern) => pattern.test(text))) complaints.push(text);
  };
  context.on("page", (page) => {
    page.setDefaultTimeout(15000);
    page.on("pageerror", (error) => complain(`thrown: ${error.stack ?? error}`));
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type()))
        complain(`console: ${message.text()} ${message.location()?.url ?? ""}`);
    });
  });
  if (cookie) await context.addCookies([cookie]);
  const page = await context.newPage();
  try {
    await page.goto(`${box.url}/${at}`);
    await use(page, context);
    if (complaints.length) throw new Error(`the page complained:\n${complaints.join("\n")}`);
  } catch (error) {
    const shown = await page.evaluate(() => document.body.innerText).catch(() => "");
    await picture(page, `failed-${Date.now()}`).catch(() => {});
    error.stack += `\nthe page showed: ${shown.slice(0, 400).replaceAll("\n", " | ")}\n${complaints.join("\n")}`;
    throw error;
  } finally {
    await context.close();
  }
}

/* Waits until ask(), run in the page, comes to true. page.waitForFunction takes any promise for true. */
export async function until(page, ask, limit = 15000) {
  const end = Date.now() + limit;
  while (!(await page.evaluate(ask))) {
    if (Date.now() > end) throw new Error(`waited ${limit} ms for ${ask}`);
    await page.waitForTimeout(50);
  }
}

/* Kept for people to look at. */
export async function picture(page, name) {
  const folder = path.join(settings.out, "screenshots");
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: path.join(folder, `${name}.png`) });
}
