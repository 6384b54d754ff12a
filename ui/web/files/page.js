// @ts-check
/*
 * Tells the browser the page's language, and Streamlit the theme that was chosen in the settings. Streamlit keeps its
 * theme in the browser, once for each path, and reads it when the page loads.
 */
(() => {
  "use strict";

  const said = /** @type {HTMLScriptElement | null} */ (document.currentScript)?.dataset ?? {};
  if (said.lang) document.documentElement.lang = said.lang;

  const own = /** @type {HTMLScriptElement | null} */ (document.currentScript)?.src ?? location.origin + "/own/page.js";
  const base = new URL(own).pathname.replace(/\/own\/page\.js$/, "");
  const PATHS = ["/", "/chat", "/documents", "/settings"].map((path) => base + path);
  const wanted = JSON.stringify(said.theme ?? "System");
  try {
    const key = (/** @type {string} */ path) => `stActiveTheme-${path}-v2`;
    const own = localStorage.getItem("footnoteTheme") ?? JSON.stringify("System");
    // What a person chose in Streamlit's own menu stays until another is chosen in the settings.
    if (own === wanted) return;
    for (const path of PATHS) localStorage.setItem(key(path), wanted);
    localStorage.setItem("footnoteTheme", wanted);
    // If it cannot be kept, loading again would never end.
    if (localStorage.getItem("footnoteTheme") === wanted) location.reload();
  } catch {
    // A browser that keeps nothing has the system's theme.
  }
})();
