/*
 * style.js: styles that the first page does not need come with the page that does.
 */

const asked = new Map();

/* Resolves when the sheet is in force; a sheet that cannot be had leaves a plain page, not none. */
export function needStyle(href) {
  if (!asked.has(href)) {
    asked.set(
      href,
      new Promise((resolve) => {
        const link = document.createElement("link");
        link.rel = "stylesheet";
        link.addEventListener("load", resolve);
        link.addEventListener("error", () => {
          asked.delete(href);
          link.remove();
          resolve();
        });
        link.href = href;
        document.head.append(link);
      }),
    );
  }
  return asked.get(href);
}
