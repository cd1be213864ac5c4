/*
 * run.mjs: the pages in a real Chromium against the real program.
 *
 *   node run.mjs BINARY OUTDIR [PART OF A TEST'S NAME]
 *
 * Prints TAP; screenshots and the program's logs are kept in OUTDIR. Needs chromium, sqlite3 and the
 * packages of package-lock.json.
 */
import { mkdir, readdir } from "node:fs/promises";
import { settings } from "./lib/settings.mjs";
import { runAll } from "./lib/tap.mjs";

if (!settings.binary || process.argv.length < 4) {
  console.error("usage: node run.mjs BINARY OUTDIR [PART OF A TEST'S NAME]");
  process.exit(2);
}
await mkdir(settings.out, { recursive: true });
const here = new URL(".", import.meta.url);
for (const file of (await readdir(here)).filter((name) => name.endsWith(".test.mjs")).sort()) {
  await import(new URL(file, here));
}
process.exit(await runAll(process.argv[4]));
