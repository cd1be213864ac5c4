/*
 * lighthouse.test.mjs: Lighthouse on today's page, as a cheap tablet sees it on the salon's own network:
 * a processor four times slower than this one, and what Lighthouse takes for a fixed line. Performance
 * is measured up to three times, since other work on the machine only ever makes it look worse.
 */
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { ARGS } from "./lib/browser.mjs";
import { salon } from "./lib/salon.mjs";
import { settings } from "./lib/settings.mjs";
import { test } from "./lib/tap.mjs";

const LEAST = 0.98;
const TRIES = 3;
const LAN = { rttMs: 40, throughputKbps: 10 * 1024, cpuSlowdownMultiplier: 4 };

async function measure(url, cookie) {
  const [{ default: lighthouse }, { launch }] = await Promise.all([
    import("lighthouse"),
    import("chrome-launcher"),
  ]);
  const chrome = await launch({
    chromePath: settings.chromium,
    chromeFlags: ["--headless=new", ...ARGS],
    logLevel: "silent",
  });
  try {
    const { lhr, report } = await lighthouse(url, {
      port: chrome.port,
      logLevel: "silent",
      output: "html",
      throttling: LAN,
      onlyCategories: ["performance", "accessibility", "best-practices"],
      extraHeaders: { Cookie: `${cookie.name}=${cookie.value}` },
    });
    await writeFile(path.join(settings.out, "lighthouse.html"), report);
    return lhr;
  } finally {
    chrome.kill();
  }
}

test("Lighthouse gives today's page at least 98 for speed, accessibility and good practice", async () => {
  const { box } = await salon();
  const seen = [];
  for (let i = 0; i < TRIES; i += 1) {
    const lhr = await measure(`${box.url}/`, box.cookie);
    const score = (name) => lhr.categories[name].score;
    const lost = Object.values(lhr.audits).filter((audit) => audit.score === 0);
    assert.equal(lhr.runtimeError, undefined, JSON.stringify(lhr.runtimeError));
    assert.ok(score("accessibility") >= LEAST, lost.map((audit) => audit.id).join(", "));
    assert.ok(score("best-practices") >= LEAST, lost.map((audit) => audit.id).join(", "));
    seen.push(score("performance"));
    if (score("performance") >= LEAST) break;
  }
  console.log(`# performance: ${seen.join(", ")}`);
  assert.ok(Math.max(...seen) >= LEAST, `performance ${seen.join(", ")}`);
});
