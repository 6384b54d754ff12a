// @ts-check
/*
 * What Streamlit hangs over the page, and what it says by itself: a popover gets the room that there is, "Copy" copies,
 * and words that Streamlit has in English alone are those of the visitor's language.
 */
(() => {
  "use strict";

  const POPOVER = '[data-testid="stPopoverBody"]';
  const COPY = "[class*=st-key-copy-] button";
  const WORDS_MS = 100;
  const LATEST_MS = 4000;
  const NAMING = ["aria-label", "title", "placeholder"];

  /** What the page tells in the visitor's language. @returns {DOMStringMap} */
  const told = () => /** @type {HTMLElement | null} */ (document.querySelector(".fn-words"))?.dataset ?? {};

  // A popover is placed while it is empty: what does not fit beneath its button is then scrolled within a few lines,
  // though all of it would fit above. Streamlit places it anew by the height that it is left for a moment.
  /** @param {HTMLElement} popover */
  const giveRoom = (popover) => {
    let height = 0;
    const look = () => {
      const now = popover.scrollHeight;
      if (now === height || now <= popover.clientHeight + 1) return;
      height = now;
      const least = popover.style.maxHeight;
      popover.style.setProperty("max-height", "70vh", "important");
      requestAnimationFrame(() => requestAnimationFrame(() => {
        // It found no better place, and says nothing of its height.
        if (popover.style.getPropertyPriority("max-height")) popover.style.maxHeight = least;
      }));
    };
    const sizes = new ResizeObserver(look);
    for (const part of popover.children) sizes.observe(part);
  };

  /** Tell as soon as something is there. @template T @param {() => T | null} find @returns {Promise<T>} */
  const waited = (find) => new Promise((resolve, reject) => {
    const latest = performance.now() + LATEST_MS;
    const look = () => {
      const found = find();
      if (found) resolve(found);
      else if (performance.now() > latest) reject(new Error("not there"));
      else requestAnimationFrame(look);
    };
    look();
  });

  // One press copies; what was copied is shown. A browser that is not to copy (by http, from another machine) leaves that
  // to the person.
  const copy = async () => {
    const code = () => /** @type {HTMLElement | null} */ (document.querySelector(`${POPOVER} [data-testid="stCode"] code`));
    const text = waited(code).then((found) => new Blob([found.textContent ?? ""], { type: "text/plain" }));
    try {
      // Given as a promise: some browsers take it in the moment of the press alone.
      await navigator.clipboard.write([new ClipboardItem({ "text/plain": text })]);
    } catch {
      return;
    }
    const note = document.querySelector(`${POPOVER} .fn-copied`);
    const voice = document.getElementById("fn-voice");
    if (note) note.classList.add("fn-done");
    if (note && voice) voice.textContent = note.textContent;
  };
  document.addEventListener("click", (event) => {
    const button = /** @type {Element} */ (event.target).closest?.(COPY);
    if (button && button.getAttribute("aria-expanded") !== "true" && navigator.clipboard) void copy();
  }, true);

  // What Streamlit says of its fields: to those who see it, and to those who hear it.
  const PLACES = '[data-testid="stFileUploaderDropzone"], [data-testid="InputInstructions"], [role="listbox"], ' +
    '[data-testid="stSkipToContent"]';
  /** @type {[RegExp, string][]} Texts with a value, and where they stand among our words. */
  const WITH_VALUE = [
    [/^(\d+) ?MB per file$/, "each"],
    [/^Press (Enter|(?:Ctrl|⌘)\+Enter) to (?:apply|submit form)$/, "enter"],
    [/^Add: (.*)$/, "add"],
    [/^Remove (.*)$/, "remove"],
    [/^Select (\d+) matches$/, "matches"],
  ];
  // An option is somebody's: a collection may be called "Open". Of Streamlit's own words these alone stand in one.
  const OPTIONS = /^(No results|Select all|Add: .*|Select \d+ matches)$/;
  const CHOSEN = ["stMultiSelectTagsContainer", "stFileChip"].map((name) => `[data-testid="${name}"] [aria-label^="Remove "]`);
  let words = "";
  let named = "";
  /** @type {Record<string, string>} */
  let its = {};
  /** @param {string} text @returns {string} */
  const ours = (text) => {
    if (Object.hasOwn(its, text)) return its[text];
    for (const [pattern, name] of WITH_VALUE) {
      const found = pattern.exec(text);
      if (found) return told()[name]?.replace("{}", () => found[1] ?? "") ?? text;
    }
    return text;
  };
  const inOurs = () => {
    const now = told().its ?? "{}";
    if (now !== words) {
      [words, its] = [now, JSON.parse(now)];
      const all = Object.keys(its).flatMap((text) => NAMING.map((name) => `[${name}="${text}"]`));
      named = [...all, ...CHOSEN].join(", ");
    }
    for (const part of document.querySelectorAll(PLACES)) {
      const texts = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
      while (texts.nextNode()) {
        const text = /** @type {Text} */ (texts.currentNode);
        if (text.parentElement?.closest('[role="option"]') && !OPTIONS.test(text.data)) continue;
        const said = ours(text.data);
        if (text.data !== said) text.data = said;
      }
    }
    if (!named) return;
    for (const part of document.querySelectorAll(named)) {
      for (const name of NAMING) {
        const text = part.getAttribute(name);
        if (text && ours(text) !== text) part.setAttribute(name, ours(text));
      }
    }
  };

  /** @type {number | undefined} */
  let waiting;
  const changed = (/** @type {MutationRecord[]} */ changes) => {
    const root = document.getElementById("root");
    for (const change of changes) {
      if (root?.contains(change.target)) continue;
      for (const added of change.addedNodes) {
        if (!(added instanceof HTMLElement)) continue;
        const popover = /** @type {HTMLElement | null} */ (added.matches(POPOVER) ? added : added.querySelector(POPOVER));
        if (popover) giveRoom(popover);
      }
    }
    waiting ??= setTimeout(() => {
      waiting = undefined;
      inOurs();
    }, WORDS_MS);
  };
  new MutationObserver(changed).observe(document.body, { childList: true, subtree: true });
  changed([]);
})();
