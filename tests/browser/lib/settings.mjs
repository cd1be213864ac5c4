/* settings.mjs: what run.mjs was called with. */
import path from "node:path";
import { fileURLToPath } from "node:url";

const [binary, out] = process.argv.slice(2);

export const settings = {
  binary: binary && path.resolve(binary),
  out: path.resolve(out ?? "."),
  chromium: process.env.BARKBOOK_CHROMIUM ?? "/usr/bin/chromium",
  web: fileURLToPath(new URL("../../../web", import.meta.url)),
};
