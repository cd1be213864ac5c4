/*
 * boot.js: the few things that must be right before the first paint: theme and language. A classic
 * script, because modules wait for the document.
 */
(() => {
  const root = document.documentElement;
  let theme = null;
  let lang = null;
  try {
    theme = localStorage.getItem("barkbook.theme");
    lang = localStorage.getItem("barkbook.lang");
    root.dataset.known = localStorage.getItem("barkbook.known") ?? "no";
  } catch {
    /* no storage: the defaults */
  }
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  if (lang === "pl" || lang === "en") root.lang = lang;
})();
