// @ts-check
/*
 * What every page has: keys that lead to its parts, a list of them, and one place that says aloud when an answer
 * begins and when it is there. It reads its words from the page, which knows the visitor's language.
 */
(() => {
  "use strict";

  const SETTLED_MS = 200;
  const LATEST_MS = 2000;
  const SPOKEN_CHARACTERS = 400;
  const SESSION_MS = 3000;
  const NEWS_MS = 5000;
  const LATEST_EARLIER_MS = 15000;
  const KEPT_MS = 3000;
  const PHONE_PX = 768; // below it Streamlit lays the sidebar over the page
  const own = /** @type {HTMLScriptElement | null} */ (document.currentScript)?.src ?? location.origin + "/frame/frame.js";
  const KEPT = "footnote-single-keys";
  const FIELD = "input, textarea, select, [contenteditable=true], [role=textbox], [role=combobox]";

  /** @param {string} selector @returns {HTMLElement | null} */
  const find = (selector) => document.querySelector(selector);

  /** @param {string} name @param {string} english @returns {string} */
  const said = (name, english) => find(".fn-words")?.dataset[name] ?? english;

  // One place that is read aloud. It is there from the beginning: what comes later with its text is not read.
  const voice = document.createElement("div");
  voice.className = "fn-unseen";
  voice.id = "fn-voice";
  voice.setAttribute("role", "status");

  // On a phone the sidebar covers the page: it goes once it has led somewhere.
  const LEADS = '[data-testid="stSidebarNavLink"], .st-key-begin button, .st-key-conversations-list button';
  document.addEventListener("click", (event) => {
    if (window.innerWidth > PHONE_PX || !(/** @type {Element} */ (event.target).closest?.(LEADS))) return;
    setTimeout(() => find('[data-testid="stSidebarCollapseButton"] button')?.click(), 0);
  });

  // Earlier questions come above those that are read: what was the first one stays where it is, unless somebody scrolls.
  document.addEventListener("click", (event) => {
    const scroller = find(".stMain");
    const id = find(".fn-question")?.id;
    if (!scroller || !id || !(/** @type {Element} */ (event.target).closest?.(".st-key-earlier button"))) return;
    // It is built anew on the way, and may be drawn after others: its number says which it is.
    const first = () => document.getElementById(id);
    const before = first()?.getBoundingClientRect().top ?? 0;
    let until = performance.now() + LATEST_EARLIER_MS;
    let keeps = true;
    const stop = () => (keeps = false);
    for (const name of ["wheel", "touchmove", "keydown"]) document.addEventListener(name, stop, { once: true, passive: true });
    const keep = () => {
      if (!keeps || performance.now() > until) return;
      const moved = (first()?.getBoundingClientRect().top ?? before) - before;
      if (Math.abs(moved) >= 1) {
        scroller.scrollTop += moved;
        until = Math.min(until, performance.now() + KEPT_MS);
      }
      requestAnimationFrame(keep);
    };
    keep();
  });

  /** @param {string} text */
  const say = (text) => {
    if (voice.textContent !== text) voice.textContent = text;
  };

  /** @typedef {{conversation: string, answers: number, live: boolean}} Seen */

  /** @returns {Seen} */
  const look = () => ({
    conversation: new URLSearchParams(location.search).get("c") ?? "",
    answers: document.querySelectorAll(".fn-turn").length,
    live: find(".fn-live") !== null,
  });

  /** @type {Seen | null} */
  let seen = null;

  const listen = () => {
    const now = look();
    const before = seen;
    seen = now;
    // Nothing is said of what was there when the page was opened, nor of another conversation.
    const begun = before && !before.conversation && now.conversation && before.answers === 0;
    if (!before || (before.conversation !== now.conversation && !begun)) return;
    if (now.answers > before.answers && !now.live) {
      const turn = [...document.querySelectorAll(".fn-turn")].pop();
      // Of a question that has no answer the note says why.
      const isAnswer = !turn?.classList.contains("fn-unanswered");
      const words = turn?.querySelector(isAnswer ? ".fn-answer" : ".fn-note")?.textContent?.trim() ?? "";
      const short = words.length > SPOKEN_CHARACTERS ? `${words.slice(0, SPOKEN_CHARACTERS)} …` : words;
      say(isAnswer ? `${said("answered", "Answer")}: ${short}` : `${said("ended", "The answer has ended.")} ${short}`);
    } else if (now.live && !before.live) say(said("answering", "Answering"));
    else if (!now.live && before.live) say(said("ended", "The answer has ended."));
  };

  // What was done in another tab waits behind a button that nobody sees. A press that came to nothing is repeated.
  let taken = "";
  let takenAt = 0;
  const takeUp = () => {
    const news = find("[class*=st-key-news-] button");
    const name = news?.closest("[class*=st-key-news-]")?.className ?? "";
    const now = performance.now();
    if (name === taken && now - takenAt < NEWS_MS) return;
    taken = name;
    takenAt = now;
    if (!news) return;
    // It goes no further than to who draws the page: to an open popover it would be a click beside it.
    const quietly = (/** @type {Event} */ event) => event.stopPropagation();
    document.body.addEventListener("click", quietly);
    news.click();
    document.body.removeEventListener("click", quietly);
  };

  // What Streamlit says of fields in English alone, and where it stands among our words.
  /** @type {[RegExp, string][]} */
  const ITS_WORDS = [
    [/^Upload$/, "upload"],
    [/^Upload directories$/, "folder"],
    [/^(\d+) ?MB per file$/, "each"],
    [/^Press (Enter|(?:Ctrl|⌘)\+Enter) to (?:apply|submit form)$/, "enter"],
  ];
  const inOurs = () => {
    for (const part of document.querySelectorAll('[data-testid="stFileUploaderDropzone"], [data-testid="InputInstructions"]')) {
      const texts = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
      while (texts.nextNode()) {
        const text = /** @type {Text} */ (texts.currentNode);
        for (const [pattern, name] of ITS_WORDS) {
          const found = pattern.exec(text.data);
          if (!found) continue;
          const ours = said(name, text.data).replace("{}", found[1] ?? "");
          if (text.data !== ours) text.data = ours;
          break;
        }
      }
    }
  };

  /** What the page must say and Streamlit does not. */
  const mend = () => {
    const shown = new URLSearchParams(location.search).get("c");
    for (const part of document.querySelectorAll("[class*=st-key-conversation-]")) {
      const open = part.querySelector("button");
      const text = open?.querySelector("p");
      if (!open || !text) continue;
      if (shown && part.classList.contains(`st-key-conversation-${shown}`)) open.setAttribute("aria-current", "page");
      else open.removeAttribute("aria-current");
      const title = text.scrollWidth > text.clientWidth ? text.textContent ?? "" : "";
      if (open.title !== title) open.title = title;
    }
    takeUp();
    inOurs();
    // What opens above the page lies outside of what tells the theme.
    const theme = find(".stApp");
    if (theme) document.documentElement.style.colorScheme = getComputedStyle(theme).colorScheme;
    // Streamlit names the zone for files, and says at once that it is nothing.
    for (const zone of document.querySelectorAll('[data-testid="stFileUploaderDropzone"][role="presentation"]')) {
      zone.setAttribute("role", "group");
    }
  };

  const box = () => find('[data-testid="stChatInputTextArea"]');

  /** Put the focus on the question before or after the one that has it. @param {number} step */
  const move = (step) => {
    const all = /** @type {HTMLElement[]} */ ([...document.querySelectorAll(".fn-question")]);
    if (!all.length) return;
    const active = /** @type {HTMLElement} */ (document.activeElement);
    const at = all.indexOf(active);
    const next = at < 0 ? (step < 0 ? all.length - 1 : 0) : Math.min(all.length - 1, Math.max(0, at + step));
    all[next].tabIndex = -1;
    all[next].focus({ preventScroll: true });
    all[next].scrollIntoView({ block: "start" });
  };

  /** @param {string} selector */
  const press = (selector) => find(selector)?.click();

  /** @type {[string, string, string, () => void][]} The keys, the name and the English of what they do, and it. */
  const KEYS = [
    ["/", "box", "Go to the box", () => box()?.focus()],
    ["f", "find", "Search conversations", () => find(".st-key-search input")?.focus()],
    ["j", "next", "Next question", () => move(1)],
    ["k", "previous", "Previous question", () => move(-1)],
    ["n", "begin", "New conversation", () => press(".st-key-begin button")],
    ["s", "stop", "Stop the answer", () => press("[class*=st-key-stop-] button")],
    ["?", "list", "Show this list", () => show()],
  ];

  const single = () => localStorage.getItem(KEPT) !== "off";

  const show = () => {
    const old = /** @type {HTMLDialogElement | null} */ (find("#fn-keys"));
    old?.remove();
    const list = document.createElement("dialog");
    list.id = "fn-keys";
    list.setAttribute("aria-labelledby", "fn-keys-title");
    const title = document.createElement("h2");
    title.id = "fn-keys-title";
    title.textContent = said("title", "Keyboard shortcuts");
    const rows = document.createElement("dl");
    for (const [key, name, english] of [...KEYS.slice(0, 1).map(() => /** @type {[string, string, string]} */ (["Ctrl+K", "box", "Go to the box"])), ...KEYS]) {
      const row = document.createElement("div");
      const term = document.createElement("dt");
      const shown = document.createElement("kbd");
      shown.textContent = key.replace("Ctrl", said("control", "Ctrl"));
      term.append(shown);
      const what = document.createElement("dd");
      what.textContent = said(name, english);
      row.append(term, what);
      rows.append(row);
    }
    const choice = document.createElement("label");
    const tick = document.createElement("input");
    tick.type = "checkbox";
    tick.checked = single();
    tick.addEventListener("change", () => localStorage.setItem(KEPT, tick.checked ? "on" : "off"));
    choice.append(tick, ` ${said("single", "Keys without Ctrl act")}`);
    const close = document.createElement("button");
    close.type = "button";
    close.textContent = said("close", "Close");
    close.addEventListener("click", () => list.close());
    list.append(title, rows, choice, close);
    const look = getComputedStyle(find(".stApp") ?? document.body);
    list.style.colorScheme = look.colorScheme;
    list.style.background = look.backgroundColor;
    list.style.color = look.color;
    list.style.fontFamily = look.fontFamily;
    document.body.append(list);
    list.addEventListener("close", () => list.remove());
    list.addEventListener("click", (event) => event.target === list && list.close());
    list.showModal();
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.altKey || event.isComposing) return;
    const target = /** @type {Element} */ (event.target);
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k" && !event.shiftKey) {
      if (!box()) return;
      event.preventDefault();
      box()?.focus();
      return;
    }
    if (event.ctrlKey || event.metaKey || !single() || target.closest?.(FIELD) || find("dialog:modal")) return;
    const known = KEYS.find(([key]) => key === event.key);
    if (!known) return;
    event.preventDefault();
    event.stopPropagation();
    known[3]();
  });

  // The page is shown once its parts stand in their places: they come one by one, and would push each other.
  const settle = () => document.documentElement.classList.add("fn-settled");
  const isSettled = () =>
    document.documentElement.classList.contains("fn-settled") ||
    (find('.stApp[data-test-script-state="notRunning"] [data-testid="stSidebarNav"]') !== null &&
      find('.stApp h1') !== null && find('[data-testid="stSkeleton"], [data-testid="stAppSkeleton"]') === null);
  setTimeout(settle, LATEST_MS);

  // While the server is away, Streamlit says so in its own words, and names a command that is not ours. Its parts stay
  // where they are, since it takes them away itself once the server is back.
  const reword = () => {
    for (const dialog of document.querySelectorAll('[role="dialog"]')) {
      const texts = document.createTreeWalker(dialog, NodeFilter.SHOW_TEXT);
      /** @type {Text[]} */
      const found = [];
      while (texts.nextNode()) found.push(/** @type {Text} */ (texts.currentNode));
      const words = found.find((text) => /\bStreamlit\b/.test(text.data));
      if (!words) continue;
      words.data = said("away", "Footnote is not running, or cannot be reached. Start it again; this goes away by itself.");
      for (const text of found) {
        if (text.data === "Connection error") text.data = said("lost", "No connection to Footnote");
        else if (text !== words && words.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING) {
          const part = text.parentElement?.closest('[data-testid="stCode"], pre') ?? text.parentElement;
          if (part && !part.contains(words) && !part.closest("button")) part.style.display = "none";
        }
      }
    }
  };

  // A page that has lost its server asks once whether it is still signed in. If not, loading it anew leads to where one
  // signs in; Streamlit would try for ever.
  const watchSession = () => {
    const root = new URL(own).pathname.replace(/frame\/frame\.js$/, "");
    setInterval(async () => {
      const state = find(".stApp")?.getAttribute("data-test-connection-state");
      if (!state || state === "CONNECTED") return;
      try {
        if ((await fetch(`${root}_stcore/host-config`)).status === 401) location.reload();
      } catch {
        // The server is not there: it is tried again.
      }
    }, SESSION_MS);
  };

  /** @type {number | undefined} */
  let waiting;
  let since = 0;
  const start = () => {
    document.body.append(voice);
    const changed = () => {
      if (isSettled()) settle();
      // An answer that grows changes the page all the time: what it is to say must not wait for its end.
      if (waiting === undefined) since = performance.now();
      clearTimeout(waiting);
      waiting = setTimeout(() => {
        waiting = undefined;
        mend();
        listen();
      }, Math.max(0, Math.min(SETTLED_MS, since + 2 * SETTLED_MS - performance.now())));
    };
    new MutationObserver(changed).observe(/** @type {HTMLElement} */ (find("#root") ?? document.body), {
      childList: true,
      subtree: true,
      attributes: true,
      attributeFilter: ["data-test-script-state"],
    });
    changed();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);
    // What is drawn above the page lies beside it.
    new MutationObserver(reword).observe(document.body, { childList: true, subtree: true, characterData: true });
    watchSession();
  };
  start();
})();
