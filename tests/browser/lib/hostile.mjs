/*
 * hostile.mjs: text that would run if a page took it for markup or for code, and the watch whether it did.
 */
import assert from "node:assert/strict";
import { withPage } from "./browser.mjs";

/* Each field gets its own mark, so that a failure says which one ran. */
export const evil = (field) =>
  `${field}'"><img src=x onerror=pwned("${field}")><script>pwned("${field}")</script>` +
  `<svg/onload=pwned("${field}")>{{pwned("${field}")}}`;
export const evilUrl = (field) => `javascript:pwned("${field}")//`;

/* Fails when anything of it ran or became an element. */
export async function untouched(page) {
  assert.deepEqual(await page.evaluate(() => window.ran ?? []), [], "text was run");
  for (const selector of ['img[src="x"]', "body script:not([src])", '[href^="javascript:" i]', "svg[onload]"]) {
    assert.equal(await page.locator(selector).count(), 0, `${selector} came out of text`);
  }
}

/* use(page) on a page of box at that address, then a look whether anything ran. */
export async function watched(box, at, options, use) {
  await withPage(box, { ...options, at: "" }, async (page) => {
    await page.addInitScript(() => {
      window.ran = [];
      window.pwned = (field) => window.ran.push(field);
    });
    let dialog = null;
    page.on("dialog", (d) => {
      dialog = d.message();
      d.dismiss();
    });
    await page.goto(`${box.url}/${at}`);
    await page.reload();
    await use(page);
    /* A picture's onerror would come with the answer: wait for one that was asked for later. */
    await page.evaluate(() => fetch("/healthz").then(() => new Promise(requestAnimationFrame)));
    await untouched(page);
    assert.equal(dialog, null);
  });
}
