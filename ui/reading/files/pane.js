// @ts-check
/*
 * The reading pane: a link to a source opens beside the text instead of in another tab. Without this script the link
 * still opens the source. On a narrow screen the pane covers the page, and closes back to the same line.
 */
(() => {
  "use strict";

  /** @type {{footnotePane?: boolean}} */
  const mark = /** @type {any} */ (window);
  if (mark.footnotePane) return; // the page's script element comes again when the page is drawn anew
  mark.footnotePane = true;

  // The addresses of sources begin as that of this script does.
  const own = /** @type {HTMLScriptElement | null} */ (document.currentScript)?.src ?? location.origin + "/read/files/pane.js";
  const ROOT = new URL(own).pathname.replace(/files\/pane\.js$/, "");
  const LINK = `a[href^="${ROOT}"]`;
  const SCROLLER = ".stMain";
  const LEAST_TEXT_PX = 380; // less room than that beside the pane is no room to read in, nor for a row of buttons
  const LEAST_PANE_PX = 380;
  const KEEP_LINE_MS = 800;
  const LOOK_MS = 300;
  const FIELD = "input, textarea, select, [contenteditable=true]";
  const HANGING = '[data-testid="stPopoverBody"], [role="listbox"], [role="dialog"], dialog:modal';
  const said = /** @type {HTMLScriptElement | null} */ (document.currentScript)?.dataset ?? {};

  /** @returns {string} the conversation that the page's address names; "" for none */
  const conversation = () => new URLSearchParams(location.search).get("c") ?? "";

  /** @param {ParentNode} root @param {string} name @returns {HTMLElement | null} */
  const find = (root, name) => root.querySelector(name);

  /** Scroll the place that is looked for into the upper third. @param {HTMLElement} body */
  const goToPlace = (body) => {
    const here = find(body, "#fnr-here");
    if (!here) return;
    const place = here.getBoundingClientRect();
    const around = body.getBoundingClientRect();
    body.scrollTop += place.top - around.top - body.clientHeight / 3;
    body.scrollLeft += place.left - around.left - body.clientWidth / 8;
  };

  /** What a key does in a source; "" for nothing. @param {KeyboardEvent} event @param {HTMLElement} body */
  const meant = (event, body) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return "";
    const turns = body.scrollWidth <= body.clientWidth + 1; // else the arrows move a large page
    return { ArrowLeft: turns ? "prev" : "", ArrowRight: turns ? "next" : "", "+": "larger", "=": "larger", "-": "smaller" }[event.key] ?? "";
  };

  if (document.documentElement.classList.contains("fnr-alone")) {
    const body = /** @type {HTMLElement} */ (find(document, ".fnr-body"));
    find(document, "#fnr-here")?.scrollIntoView({ block: "center" });
    document.addEventListener("keydown", (event) => {
      const name = meant(event, body);
      const link = name && find(document, `a[data-fnr="${name}"]`);
      if (link) link.click();
    });
    return;
  }

  const sheet = document.createElement("link");
  sheet.rel = "stylesheet";
  sheet.href = `${ROOT}files/pane.css`;
  document.head.append(sheet);

  /** @type {HTMLDialogElement | null} */
  let pane = null;
  /** The link that was followed: its address, and which of those with that address. @type {{href: string, nth: number} | null} */
  let opener = null;
  /** @type {number | undefined} where the line of the link was when the pane covered the page */
  let covered;
  /** The conversation that the link was in, and the look whether it is still shown. */
  let within = "";
  let looking = 0;
  /** @type {AbortController | null} */
  let fetching = null;
  let asked = 0;

  /** @param {string} href @returns {HTMLElement[]} */
  const links = (href) =>
    /** @type {HTMLElement[]} */ ([...document.querySelectorAll(LINK)].filter(
      (link) => link.getAttribute("href") === href && !pane?.contains(link),
    ));

  const openerNow = () => (opener ? links(opener.href)[opener.nth] ?? links(opener.href)[0] ?? null : null);

  /** @returns {number | undefined} where the line of the link is, in pixels below the window's upper edge */
  const lineNow = () => openerNow()?.getBoundingClientRect().top;

  /**
   * Do what changes the width of the text, and keep the line of the link where it was. The page scrolls by itself to its
   * end when its height changes, a frame or two later: so the line is kept for a moment, unless somebody scrolls.
   * @param {() => void} change
   * @param {number | undefined} before where the line was
   */
  const keepingLine = (change, before = lineNow()) => {
    const scroller = find(document, SCROLLER);
    change();
    if (!scroller || before === undefined) return;
    const latest = performance.now() + 4 * KEEP_LINE_MS;
    let until = performance.now() + KEEP_LINE_MS;
    let keeps = true;
    const stop = () => (keeps = false);
    for (const name of ["wheel", "touchmove", "pointerdown", "keydown"]) scroller.addEventListener(name, stop, { once: true, passive: true });
    const keep = () => {
      const now = lineNow();
      if (!keeps || now === undefined) return;
      if (Math.abs(now - before) >= 1) {
        scroller.scrollTop += now - before;
        until = performance.now() + KEEP_LINE_MS; // on a slow machine it may come back to it
      }
      if (performance.now() < Math.min(until, latest)) requestAnimationFrame(keep);
    };
    keep();
  };

  /** Look like the page, which has its own choice of light and dark. */
  const dress = () => {
    const app = find(document, ".stApp");
    if (!app || !pane) return;
    const look = getComputedStyle(app);
    pane.style.colorScheme = look.colorScheme;
    pane.style.setProperty("--fnr-paper", look.backgroundColor);
    pane.style.setProperty("--fnr-ink", look.color);
    pane.style.fontFamily = look.fontFamily;
  };

  /** How wide the pane may be beside the text; less than `LEAST_PANE_PX` is no room for it. */
  const room = () => {
    const width = find(document, SCROLLER)?.getBoundingClientRect().width ?? window.innerWidth;
    const taken = document.documentElement.classList.contains("fnr-beside") && pane ? pane.getBoundingClientRect().width : 0;
    return Math.floor(Math.min(960, 0.46 * window.innerWidth, width + taken - LEAST_TEXT_PX));
  };

  /** Of the history's state: the entry of a pane that covers the page. */
  const COVER = "footnoteCovered";
  let returns = false;

  /** Let Back close a pane that covers the page: it would leave the conversation beneath. */
  const enter = () => history.state?.[COVER] || history.pushState({ ...history.state, [COVER]: true }, "");

  /** Take that entry out of the history; it is a moment until the browser has done so. */
  const leave = () => {
    if (!history.state?.[COVER] || returns) return;
    returns = true;
    history.back();
  };

  // Before the page's own listener, which would draw all of it again.
  window.addEventListener("popstate", (event) => {
    const covers = pane?.open && pane.dataset.beside === "false";
    if (event.state?.[COVER] || (!returns && !covers)) return;
    event.stopImmediatePropagation();
    if (!returns) pane?.close();
    else if (covers) enter(); // opened again in that moment
    returns = false;
  }, { capture: true });

  const unfold = () => {
    if (!pane) return;
    const width = room();
    const beside = width >= LEAST_PANE_PX;
    document.documentElement.style.setProperty("--fnr-width", `${width}px`);
    if (pane.open && pane.dataset.beside === String(beside)) return;
    covered = beside ? undefined : lineNow();
    keepingLine(() => {
      if (pane?.open) pane.close("again");
      document.documentElement.classList.toggle("fnr-beside", beside);
      if (!pane) return;
      pane.dataset.beside = String(beside);
      if (beside) pane.show();
      else pane.showModal();
    });
    if (beside) leave();
    else enter();
  };

  const make = () => {
    if (pane) return pane;
    pane = document.createElement("dialog");
    pane.className = "fnr-pane";
    pane.setAttribute("aria-labelledby", "fnr-title");
    pane.addEventListener("close", () => {
      if (pane?.returnValue === "again") {
        pane.returnValue = "";
        return;
      }
      fetching?.abort();
      clearInterval(looking);
      leave();
      // A page that is covered may scroll by itself all the while, and nobody else can scroll it.
      keepingLine(() => document.documentElement.classList.remove("fnr-beside"), covered);
      openerNow()?.focus({ preventScroll: true });
    });
    pane.addEventListener("click", inPane);
    pane.addEventListener("keydown", keyInPane);
    document.body.append(pane);
    new MutationObserver(dress).observe(document.body, { subtree: true, attributeFilter: ["class"], attributes: true, childList: false });
    window.addEventListener("resize", () => pane?.open && unfold());
    return pane;
  };

  /** @param {string} text */
  const tell = (text) => {
    const box = make();
    const note = document.createElement("p");
    note.className = "fnr-note";
    note.id = "fnr-title";
    note.setAttribute("role", "status");
    note.textContent = text;
    const close = document.createElement("button");
    close.type = "button";
    close.className = "fnr-close";
    close.dataset.fnr = "close";
    close.textContent = said.close ?? "Close";
    const head = document.createElement("div");
    head.className = "fnr-head";
    head.append(note, close);
    box.replaceChildren(head);
    close.focus();
  };

  /**
   * Fetch a source and show it.
   * @param {string} href
   * @param {string} again What had the focus before and has it again; "" for the text.
   */
  const show = async (href, again) => {
    const box = make();
    const own = ++asked;
    fetching?.abort();
    fetching = new AbortController();
    box.setAttribute("aria-busy", "true");
    const late = setTimeout(() => own === asked && !find(box, ".fnr") && tell(said.opening ?? "Opening the source …"), 300);
    let html;
    try {
      const answer = await fetch(`${href}${href.includes("?") ? "&" : "?"}part=1`, { signal: fetching.signal });
      html = await answer.text();
    } catch (error) {
      if (own === asked && /** @type {Error} */ (error).name !== "AbortError") {
        tell(said.failed ?? "The source could not be fetched. Is Footnote still running?");
      }
      return;
    } finally {
      clearTimeout(late);
      if (own === asked) box.removeAttribute("aria-busy");
    }
    if (own !== asked || !box.open) return;
    const old = find(box, ".fnr-body");
    const kept = old && (again === "larger" || again === "smaller")
      ? [(old.scrollLeft + old.clientWidth / 2) / old.scrollWidth, (old.scrollTop + old.clientHeight / 2) / old.scrollHeight] : null;
    const part = document.createElement("template");
    part.innerHTML = html;
    box.replaceChildren(part.content);
    const body = /** @type {HTMLElement} */ (find(box, ".fnr-body"));
    const close = find(box, ".fnr-close");
    if (close) close.hidden = false;
    const place = () => {
      if (kept) {
        body.scrollLeft = kept[0] * body.scrollWidth - body.clientWidth / 2;
        body.scrollTop = kept[1] * body.scrollHeight - body.clientHeight / 2;
      } else goToPlace(body);
    };
    place();
    (again && find(box, `a[data-fnr="${again}"]`) || body).focus({ preventScroll: true });
  };

  /** @param {MouseEvent} event */
  const isPlain = (event) => event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;

  /** @param {MouseEvent} event */
  function inPane(event) {
    const target = /** @type {Element} */ (event.target);
    // A click beside a pane that covers the page.
    if (target === pane && pane?.dataset.beside === "false") return pane.close();
    const tool = target.closest("[data-fnr]");
    if (!tool) return;
    const name = /** @type {HTMLElement} */ (tool).dataset.fnr ?? "";
    if (name === "close") pane?.close();
    else if (isPlain(event)) {
      event.preventDefault();
      void show(tool.getAttribute("href") ?? "", name);
    }
  }

  const REACHED = "a[href], button:not([hidden]), summary, [tabindex='0']";

  /** Go back to the line of the link behind the end of a pane that stands beside the text: what follows it in the page's order is the page's beginning. @param {KeyboardEvent} event */
  function leaveByTab(event) {
    const all = /** @type {HTMLElement[]} */ ([...(pane?.querySelectorAll(REACHED) ?? [])]).filter((part) => part.checkVisibility());
    const end = event.shiftKey ? all[0] : all[all.length - 1];
    const link = openerNow();
    if (document.activeElement !== end || !link) return;
    event.preventDefault();
    link.focus({ preventScroll: true });
  }

  /** @param {KeyboardEvent} event */
  function keyInPane(event) {
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      pane?.close();
      return;
    }
    if (event.key === "Tab" && pane?.dataset.beside === "true") return void leaveByTab(event);
    const body = pane && find(pane, ".fnr-body");
    const name = body && meant(event, body);
    const link = name && pane && find(pane, `a[data-fnr="${name}"]`);
    if (!link) return;
    event.preventDefault();
    const focus = document.activeElement === link ? name : "";
    void show(link.getAttribute("href") ?? "", name === "larger" || name === "smaller" ? name : focus);
  }

  document.addEventListener("click", (event) => {
    const link = /** @type {Element} */ (event.target).closest?.(LINK);
    if (!link || pane?.contains(link) || !isPlain(event) || event.defaultPrevented) return;
    if (link.closest('[role="dialog"]')) return; // which would take the focus back: the source opens in another tab
    event.preventDefault();
    const href = link.getAttribute("href") ?? "";
    opener = { href, nth: links(href).indexOf(/** @type {HTMLElement} */ (link)) };
    make();
    dress();
    unfold();
    within = conversation();
    clearInterval(looking);
    // The page changes its address without an event. Beside another conversation, the source would seem to be of that one.
    if (within) looking = window.setInterval(() => within !== conversation() && pane?.close(), LOOK_MS);
    void show(href, "");
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || !pane?.open) return;
    // A field is left by it, and what hangs over the page is closed by it first.
    const isTaken = document.activeElement?.matches(FIELD) || document.querySelector(HANGING);
    if (!isTaken) pane.close();
  });
})();
