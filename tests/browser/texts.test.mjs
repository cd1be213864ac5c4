/*
 * texts.test.mjs: every word on the page comes from pl.json and en.json, and both say the same things.
 */
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { settings } from "./lib/settings.mjs";
import { test } from "./lib/tap.mjs";

const read = (name) => readFile(path.join(settings.web, name), "utf8");
const texts = async (lang) => JSON.parse(await read(`i18n/${lang}.json`));
const names = (text) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort();
const every = (value) => (typeof value === "string" ? [value] : Object.values(value));

async function scripts() {
  const found = [];
  for (const folder of [".", "lib", "views"]) {
    for (const name of await readdir(path.join(settings.web, folder))) {
      if (name.endsWith(".js")) found.push(path.join(folder, name));
    }
  }
  return found;
}

/* Source without comments and without what regular expressions hold. */
function code(source) {
  return source.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/ .*$/gm, "");
}

test("Polish and English have the same texts with the same blanks", async () => {
  const [pl, en] = [await texts("pl"), await texts("en")];
  assert.deepEqual(Object.keys(pl), Object.keys(en));
  for (const key of Object.keys(pl)) {
    const blanks = new Set(every(pl[key]).map((text) => names(text).join()));
    for (const text of every(en[key])) {
      assert.ok(blanks.has(names(text).join()), `${key}: blanks differ: ${text}`);
    }
    assert.equal(typeof pl[key], typeof en[key], `${key}: plural in one language only`);
  }
});

test("plural texts have every category of their language and no other", async () => {
  for (const lang of ["pl", "en"]) {
    const wanted = new Intl.PluralRules(lang).resolvedOptions().pluralCategories.sort();
    for (const [key, value] of Object.entries(await texts(lang))) {
      if (typeof value === "object") {
        assert.deepEqual(Object.keys(value).sort(), wanted, `${lang}: ${key}`);
      } else {
        assert.ok(
          !/\{n\}\s+\p{L}{3,}/u.test(value) || /age\./.test(key),
          `${lang}: ${key} counts without a plural`,
        );
      }
    }
  }
});

test("no text is empty, untrimmed or holds markup", async () => {
  for (const lang of ["pl", "en"]) {
    for (const [key, value] of Object.entries(await texts(lang))) {
      for (const text of every(value)) {
        assert.ok(text && text === text.trim() && !/[<>]|&\w+;/.test(text), `${lang}: ${key}`);
      }
    }
  }
});

test("every text that the pages name exists, and every text is named by a page", async () => {
  const keys = Object.keys(await texts("pl"));
  const all = (await Promise.all((await scripts()).map(read))).map(code).join("\n");
  for (const [, key] of all.matchAll(/\bt\(\s*"([^"]+)"/g))
    assert.ok(keys.includes(key), `no text for ${key}`);
  const whole = new Set([...all.matchAll(/"([\w.]+)"/g)].map((m) => m[1]));
  const patterns = [...all.matchAll(/(?=`((?:\$\{[^{}`]*\}|[\w.])*)`)/g)]
    .map((m) => m[1].split(/\$\{[^}]*\}/))
    .filter((parts) => parts.length > 1 && parts.join("").length > 3)
    .map(
      (parts) =>
        new RegExp(`^${parts.map((part) => part.replaceAll(".", "\\.")).join("[\\w.]+")}$`),
    );
  for (const key of keys) {
    assert.ok(
      whole.has(key) || patterns.some((pattern) => pattern.test(key)),
      `nobody says ${key}`,
    );
  }
});

test("no page has words of its own", async () => {
  for (const file of await scripts()) {
    const source = code(await read(file));
    for (const [, , text] of source.matchAll(/(["'])((?:(?!\1)[^\\\n]|\\.)*)\1/g)) {
      assert.ok(!/[^\x20-\x7e]/.test(text) || /^[–·→←▸▾ ]+$/.test(text), `${file}: ${text}`);
      if (/[[\]#]/.test(text)) continue; // a selector
      assert.ok(!/^[A-Z][a-z]+ [a-z]+|[a-z]{2,}[,.!?] [A-Za-z]/.test(text), `${file}: ${text}`);
    }
    // What is put between tags by h() is a call, a variable or a sign, never a plain word.
    for (const [, text] of source.matchAll(/h\(\s*"\w+",\s*(?:null|\{[^{}]*\}),\s*"([^"]*)"/g)) {
      assert.ok(!/\p{L}{2,}/u.test(text), `${file}: ${text}`);
    }
  }
});

test("the pages never hand text to the browser as markup", async () => {
  for (const file of await scripts()) {
    const source = code(await read(file));
    assert.ok(
      !/innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|\beval\(|new Function/.test(
        source,
      ),
      file,
    );
    assert.ok(
      !/setAttribute\(\s*"(style|on\w+)"/.test(source),
      `${file}: style or handler as attribute`,
    );
  }
  const shell = await read("index.html");
  assert.ok(
    !/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=/.test(shell),
    "index.html: something inline",
  );
});
