/*
 * tap.mjs: collects tests, runs them one after another, says how it went in TAP. A test that hangs
 * fails after a minute; a failure tells where.
 */

const LIMIT_MS = 90000;
const tests = [];

export class Skip extends Error {}

export function skip(reason) {
  throw new Skip(reason);
}

export function test(name, run) {
  tests.push({ name, run });
}

/* Called after all tests, in the opposite order of asking. */
const cleanups = [];

export function afterAll(run) {
  cleanups.unshift(run);
}

function inTime(promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${LIMIT_MS} ms`)), LIMIT_MS);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

export async function runAll(only) {
  const chosen = only ? tests.filter(({ name }) => name.includes(only)) : tests;
  let failed = 0;
  console.log("TAP version 13");
  for (const [index, { name, run }] of chosen.entries()) {
    const line = `${index + 1} - ${name}`;
    try {
      await inTime(Promise.resolve().then(run));
      console.log(`ok ${line}`);
    } catch (error) {
      if (error instanceof Skip) {
        console.log(`ok ${line} # SKIP ${error.message}`);
      } else {
        failed += 1;
        console.log(`not ok ${line}`);
        for (const text of String(error?.stack ?? error).split("\n")) console.log(`# ${text}`);
      }
    }
  }
  console.log(`1..${chosen.length}`);
  for (const run of cleanups) {
    await Promise.resolve()
      .then(run)
      .catch((error) => console.log(`# while cleaning up: ${error.message}`));
  }
  return failed ? 1 : 0;
}
