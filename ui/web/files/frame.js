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
  const LATEST_FOCUS_MS = 5000;
  const LOOK_MS = 2000;
  const LATEST_LOOK_MS = 10000;
  const LOOKS_IN_IDLE = 10;
  const AWAKE_MS = 1000;
  const QUICK_MS = 20;
  const QUIET_MS = 150;
  const LATEST_EARLIER_MS = 15000;
  const KEPT_MS = 3000;
  const READ_MS = 1500;
  const NOTICE_MS = 15000;
  const BESIDE_PX = 16;
  const ABOVE_PX = 64; // what stands above a question that was asked: on a phone the button of the sidebar
  const PHONE_PX = 768; // below it Streamlit lays the sidebar over the page
  const own = /** @type {HTMLScriptElement | null} */ (document.currentScript)?.src ?? location.origin + "/frame/frame.js";
  const KEPT = "footnote-single-keys";
  const SENT = "footnote-sent";
  const SENT_MS = 600000;
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

  // Streamlit sends what is pressed a moment later, and Back at once: a question that was asked just before Back came
  // after it, and was asked in the conversation to which that led. So Back waits until what was pressed is on its way.
  window.addEventListener("popstate", (event) => {
    if (!event.isTrusted) return;
    event.stopImmediatePropagation();
    setTimeout(() => window.dispatchEvent(new PopStateEvent("popstate", { state: event.state })), QUICK_MS);
  }, true);

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

  // A question that was asked is in sight with its answer, wherever one had scrolled to, and stays while the answer grows.
  // Streamlit goes along with the end of the page, past the first lines, or leaves a page alone that is not at its end.
  const ASKS = '[data-testid="stChatInputSubmitButton"], [class*=st-key-example-] button, .st-key-next button, ' +
    "[class*=st-key-again-] button, [class*=st-key-go-on-] button, [class*=st-key-edit-][class*=-ask] button";
  const lastAsked = () => [...document.querySelectorAll(".fn-question")].pop();
  let moved = 0; // times that a person moved the page, or may have
  for (const name of ["wheel", "touchmove", "pointerdown", "keydown"]) {
    document.addEventListener(name, (event) => {
      // What is dispatched here is no person's.
      if (event.isTrusted && !(/** @type {Element} */ (event.target).closest?.(FIELD))) moved += 1;
    }, { capture: true, passive: true });
  }
  /** @param {HTMLElement} scroller @param {number} top */
  const scrollTo = (scroller, top) => {
    if (Math.abs(scroller.scrollTop - top) <= 1) return;
    // It ends what moves the page at that time.
    scroller.dispatchEvent(new WheelEvent("wheel"));
    scroller.scrollTop = top;
  };
  let bringing = 0;
  const bring = () => {
    const mine = (bringing += 1);
    const at = moved;
    const old = lastAsked();
    let until = performance.now() + LATEST_EARLIER_MS;
    let begun = false;
    let height = -1;
    let liveFrom = 0;
    let top = ABOVE_PX;
    const keep = () => {
      const scroller = find(".stMain");
      const now = performance.now();
      if (bringing !== mine || moved !== at || now > until || !scroller) return;
      const asked = lastAsked();
      const isLive = find(".fn-live") !== null;
      begun ||= asked !== old || isLive;
      if (begun && asked) {
        const card = asked.closest('[data-testid="stChatMessage"]') ?? asked;
        const end = scroller.scrollHeight - scroller.clientHeight;
        const cardTop = () => card.getBoundingClientRect().top;
        liveFrom ||= isLive ? now : 0;
        if (isLive) top = ABOVE_PX;
        // The first ends what moves the page, the second has it stay away from its end.
        else if (top !== ABOVE_PX) scroller.dispatchEvent(new WheelEvent("wheel"));
        scrollTo(scroller, Math.round(Math.min(end, scroller.scrollTop + cardTop() - top)));
        // Who has begun to read an answer keeps the line: what comes below it once it is whole moves nothing.
        if (isLive && now - liveFrom > READ_MS) top = cardTop();
        // What could be asked next comes a little later.
        if (isLive || scroller.scrollHeight !== height) until = now + KEPT_MS;
        height = scroller.scrollHeight;
      }
      requestAnimationFrame(keep);
    };
    keep();
  };
  document.addEventListener("click", (event) => {
    if (/** @type {Element} */ (event.target).closest?.(ASKS)) setTimeout(bring, 0);
  });
  document.addEventListener("keydown", (event) => {
    const target = /** @type {HTMLTextAreaElement} */ (event.target);
    const isSent = event.key === "Enter" && !event.shiftKey && !event.isComposing;
    if (isSent && target.matches?.('[data-testid="stChatInputTextArea"]') && target.value.trim()) setTimeout(bring, 0);
  }, true);

  // What a press brings is in sight as well: a notice may stand above or below what is seen, and so may an ingest.
  const noticesNow = () => [...document.querySelectorAll('.stMain :is([data-testid="stAlert"], [class*=st-key-ingest-])')];
  /** What tells one from another: the words of an ingest change. @param {Element} one @returns {string} */
  const known = (one) => /\bst-key-ingest-\S+/.exec(one.className)?.[0] ?? one.textContent ?? "";
  /** @type {Set<string>} */
  let noticed = new Set();
  let actedAt = -Infinity;
  const acts = () => {
    noticed = new Set(noticesNow().map(known));
    actedAt = performance.now();
  };
  // The page's own presses are no person's: one of them may come between a notice and the look for it.
  document.addEventListener("click", (event) => event.isTrusted && acts(), true);
  document.addEventListener("keydown", (event) => event.key === "Enter" && acts(), true);
  const showNotice = () => {
    if (performance.now() - actedAt > NOTICE_MS) return;
    const fresh = noticesNow().find((one) => !noticed.has(known(one)));
    if (!fresh) return;
    const said = known(fresh);
    noticed.add(said);
    const at = moved;
    const until = performance.now() + SESSION_MS;
    // It may be drawn anew, and the box below grows and shrinks with what is put back into it.
    const keep = () => {
      const scroller = find(".stMain");
      if (!scroller || moved !== at || performance.now() > until) return;
      requestAnimationFrame(keep);
      const place = noticesNow().find((one) => known(one) === said)?.getBoundingClientRect();
      if (!place) return;
      const low = (find('[data-testid="stBottom"]')?.getBoundingClientRect().top ?? window.innerHeight) - BESIDE_PX;
      const by = Math.min(place.top - ABOVE_PX, Math.max(0, place.bottom - low));
      scrollTo(scroller, scroller.scrollTop + by);
    };
    keep();
  };

  /** @param {string} text */
  const say = (text) => {
    if (voice.textContent !== text) voice.textContent = text;
  };

  // Who looks at another tab meanwhile sees at this one that the answer is there.
  const SIGN = "● ";
  const sign = () => {
    const plain = document.title.replace(SIGN, "");
    document.title = document.hidden ? SIGN + plain : plain;
  };
  document.addEventListener("visibilitychange", () => document.hidden || sign());

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
      sign();
    } else if (now.live && !before.live) say(said("answering", "Answering"));
    else if (!now.live && before.live) say(said("ended", "The answer has ended."));
  };

  // Streamlit gathers what is pressed within a moment, and tells it as pressed in the part that came first: a press of a
  // person would draw that part alone. So one that nobody made is told at once, and none is made just after a person's.
  let quietFrom = 0;
  const isQuiet = () => performance.now() >= quietFrom;
  for (const name of ["pointerdown", "pointerup", "click", "keydown", "keyup", "input", "change", "focusout"]) {
    document.addEventListener(name, (event) => event.isTrusted && (quietFrom = performance.now() + QUIET_MS), {
      capture: true,
      passive: true,
    });
  }
  /** It goes no further than to who draws the page: to an open popover it would be a click beside it. @param {HTMLElement | null} button */
  const pressUnseen = (button) => {
    const quietly = (/** @type {Event} */ event) => event.stopPropagation();
    const later = window.setTimeout;
    /** @param {TimerHandler} what @param {number} [ms] @param {any[]} more */
    const atOnce = (what, ms, ...more) => (typeof what === "function" && !ms ? (what(...more), 0) : later(what, ms, ...more));
    document.body.addEventListener("click", quietly);
    window.setTimeout = /** @type {typeof window.setTimeout} */ (/** @type {unknown} */ (atOnce));
    try {
      button?.click();
    } finally {
      window.setTimeout = later;
      document.body.removeEventListener("click", quietly);
    }
  };

  // What was done in another tab waits behind a button that nobody sees. A press that came to nothing is repeated.
  let taken = "";
  let takenAt = 0;
  /** @type {number | undefined} */
  let takingUp;
  const takeUp = () => {
    const news = find("[class*=st-key-news-] button");
    const name = news?.closest("[class*=st-key-news-]")?.className ?? "";
    const now = performance.now();
    if (name === taken && now - takenAt < NEWS_MS) return;
    clearTimeout(takingUp);
    if (news && !isQuiet()) {
      takingUp = setTimeout(takeUp, QUIET_MS);
      return;
    }
    taken = name;
    takenAt = now;
    if (news) pressUnseen(news);
  };

  // Whether there is anything new is asked of the server, and only where there is does a button that nobody sees have
  // some of the page drawn again: Streamlit's own timers have the browser compare all of it each time. A page that
  // nobody touches and where nothing comes is asked for less and less often, and at once when somebody is back.
  const LOOK = ".st-key-look-again button";
  let touchedAt = performance.now();
  let askedAt = touchedAt;
  let asking = false;
  /** @type {number | undefined} */
  let planned;
  const plan = () => {
    clearTimeout(planned);
    const idle = performance.now() - touchedAt;
    planned = setTimeout(ask, Math.min(LATEST_LOOK_MS, Math.max(LOOK_MS, idle / LOOKS_IN_IDLE)));
  };
  const isNew = async () => {
    const seen = find(".fn-look")?.dataset;
    if (!seen || find(".stApp")?.dataset.testConnectionState !== "CONNECTED") return false;
    if (!seen.seen) return true;
    const signal = AbortSignal.timeout(LATEST_LOOK_MS);
    const answer = await fetch(/** @type {string} */ (seen.at), { cache: "no-store", signal });
    return answer.ok && (await answer.text()) !== find(".fn-look")?.dataset.seen;
  };
  const ask = async () => {
    if (asking) return;
    if (document.hidden) return plan();
    asking = true;
    askedAt = performance.now();
    try {
      if (await isNew()) {
        touchedAt = askedAt;
        // What is drawn just now may be what is new.
        if (find(".stApp")?.dataset.testScriptState === "notRunning" && isQuiet()) pressUnseen(find(LOOK));
      }
    } catch {
      // The server is not there: it is asked again.
    }
    asking = false;
    plan();
  };
  const touch = () => {
    touchedAt = performance.now();
    if (touchedAt - askedAt > LOOK_MS) ask();
  };

  // Streamlit's page asks 59 times a second whether it has grown, to stay at its end: 2.7 % of a processor as long as
  // it is open. It has grown only after something has happened.
  const startQuickly = window.setInterval;
  const stopQuickly = window.clearInterval;
  /** @type {Map<number, {begin: () => void, end: () => void}>} */
  const quick = new Map();
  let awakeUntil = 0;
  /** @param {TimerHandler} what @param {number} [ms] @param {any[]} more */
  const setSparing = (what, ms, ...more) => {
    if (typeof what !== "function" || !ms || ms > QUICK_MS) return startQuickly(what, ms, ...more);
    let timer = 0;
    const tick = () => {
      if (performance.now() < awakeUntil) return what(...more);
      stopQuickly(timer);
      timer = 0;
    };
    const begin = () => (timer ||= startQuickly(tick, ms));
    begin();
    quick.set(timer, { begin, end: () => stopQuickly(timer) });
    return timer;
  };
  window.setInterval = /** @type {typeof window.setInterval} */ (setSparing);
  window.clearInterval = (id) => {
    quick.get(/** @type {number} */ (id))?.end();
    if (!quick.delete(/** @type {number} */ (id))) stopQuickly(id);
  };
  const wake = () => {
    awakeUntil = performance.now() + AWAKE_MS;
    for (const one of quick.values()) one.begin();
  };

  // What a key has set off may take away what had the focus, which then falls to the page. It goes on where somebody
  // would: a title that was changed gets another field, what was deleted can be undone, and else one asks.
  const TITLE = "[class*=st-key-title-]";
  const UNDO = ".st-key-undo button, [class*=st-key-undo-] button";
  /** @type {[string, string][]} Where the key was pressed, and where it goes on; the box comes before an older undoing. */
  const NEXT = [[TITLE, `${TITLE} input`], [".st-key-delete", UNDO], ["button", '[data-testid="stChatInputTextArea"]'], ["button", UNDO]];
  let pressedAt = -Infinity;
  /** @type {string[]} */
  let next = [];
  document.addEventListener("keydown", (event) => {
    const target = /** @type {Element} */ (event.target);
    const isPress = event.key === "Enter" || event.key === " ";
    next = isPress ? NEXT.filter(([from]) => target.closest?.(from)).map(([, to]) => to) : [];
    pressedAt = performance.now();
  }, true);
  document.addEventListener("pointerdown", () => (next = []), true);
  const keepFocus = () => {
    if (!next.length || performance.now() - pressedAt > LATEST_FOCUS_MS || document.activeElement !== document.body) return;
    const field = next.map(find).find(Boolean);
    field?.focus({ preventScroll: true });
    if (field instanceof HTMLInputElement) field.setSelectionRange(field.value.length, field.value.length);
  };

  /** What the page must say and Streamlit does not. */
  const mend = () => {
    keepFocus();
    showNotice();
    forgetShown();
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
    const low = find('[data-testid="stBottom"]')?.offsetHeight ?? 0;
    document.documentElement.style.setProperty("--fn-low", `${low}px`);
    // What opens above the page lies outside of what tells the theme.
    const theme = find(".stApp");
    if (theme) document.documentElement.style.colorScheme = getComputedStyle(theme).colorScheme;
    // Streamlit names the zone for files, and says at once that it is nothing.
    for (const zone of document.querySelectorAll('[data-testid="stFileUploaderDropzone"][role="presentation"]')) {
      zone.setAttribute("role", "group");
    }
  };

  const box = () => find('[data-testid="stChatInputTextArea"]');

  // Where nothing is asked yet one begins to type: the letters are the question's, and no keys of the page. A phone would
  // lay its keyboard over the examples.
  let isInviting = false;
  const invite = () => {
    const was = isInviting;
    const now = look();
    isInviting = box() !== null && !now.conversation && !now.answers && !now.live;
    const active = document.activeElement;
    // After a key that took something away the focus has its own way.
    if (next.length && performance.now() - pressedAt < LATEST_FOCUS_MS) return;
    if (!isInviting || was || !(active === document.body || active?.closest(".st-key-begin"))) return;
    if (matchMedia("(hover: hover) and (pointer: fine)").matches) box()?.focus({ preventScroll: true });
  };

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
  const press = (selector) => {
    acts();
    find(selector)?.click();
  };

  /** @type {[string, string, string, () => void][]} The keys, the name and the English of what they do, and it. */
  const KEYS = [
    ["/", "box", "Go to the box", () => box()?.focus()],
    ["Esc", "leave", "Leave the empty box", () => {}],
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
    for (const [key, name, english] of KEYS) {
      const row = document.createElement("div");
      const term = document.createElement("dt");
      for (const one of name === "box" ? [`${said("control", "Ctrl")}+K`, key] : [key]) {
        const shown = document.createElement("kbd");
        shown.textContent = one;
        term.append(shown, " ");
      }
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
    if (event.key === "Escape" && target === box() && !(/** @type {HTMLTextAreaElement} */ (target).value)) {
      // The reading pane stays open.
      event.stopImmediatePropagation();
      return box()?.blur();
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

  // A question that was sent into a connection that is no more reaches nobody, and the box is empty. Once its
  // conversation is back and at rest without it, also after it was loaded again, it stands in the box, with all others
  // that were lost, as soon as nothing else stands there.
  /** @typedef {{text: string, shown: number, at: number, conversation: string, ran: boolean, away: boolean, who: string}} Sent */
  /** @returns {Sent[]} */
  const allSent = () => {
    const kept = JSON.parse(sessionStorage.getItem(SENT) ?? "[]");
    return Array.isArray(kept) ? kept : [];
  };
  /** @param {Sent[]} all */
  const keepSent = (all) => (all.length ? sessionStorage.setItem(SENT, JSON.stringify(all)) : sessionStorage.removeItem(SENT));
  /** @param {"ran" | "away"} what */
  const noteOfSent = (what) => {
    const all = sessionStorage.getItem(SENT) ? allSent() : [];
    if (all.some((one) => !one[what])) keepSent(all.map((one) => ({ ...one, [what]: true })));
  };
  noteOfSent("away"); // by the page that was there before
  /** @param {string | null | undefined} text */
  const plain = (text) => (text ?? "").replace(/\s+/g, " ").trim();
  /** @param {string} text */
  const shownOf = (text) => [...document.querySelectorAll(".fn-question")].filter((one) => plain(one.textContent) === plain(text)).length;
  const conversation = () => new URLSearchParams(location.search).get("c") ?? "";
  let wasAtRest = false;
  const noteSent = () => {
    const text = /** @type {HTMLTextAreaElement | null} */ (box())?.value ?? "";
    wasAtRest = false;
    if (!text.trim()) return;
    const others = allSent();
    // Asked again by hand: what was lost of it is not put back.
    const earlier = others.filter((one) => one.away && plain(one.text) === plain(text));
    const waiting = others.filter((one) => !earlier.includes(one));
    const shown = shownOf(text) + waiting.filter((one) => plain(one.text) === plain(text)).length;
    const who = said("who", "");
    keepSent([...waiting, { text, shown, at: Date.now(), conversation: conversation(), ran: false, away: false, who }]);
  };
  document.addEventListener("keydown", (event) => {
    const isSent = event.key === "Enter" && !event.shiftKey && !event.isComposing && event.target === box();
    if (isSent) noteSent();
  }, true);
  document.addEventListener("click", (event) => {
    if (/** @type {Element} */ (event.target).closest?.('[data-testid="stChatInputSubmitButton"]')) noteSent();
  }, true);
  const isAway = () => {
    const state = find(".stApp")?.dataset.testConnectionState;
    return Boolean(state) && state !== "CONNECTED";
  };
  const noteState = () => {
    if (isAway()) noteOfSent("away");
    if (find(".stApp")?.dataset.testScriptState === "running") noteOfSent("ran");
  };
  const forgetShown = () => {
    if (!sessionStorage.getItem(SENT)) return;
    keepSent(allSent().filter((one) => shownOf(one.text) <= one.shown && Date.now() - one.at < SENT_MS));
  };
  const putBack = () => {
    forgetShown();
    const state = find(".stApp")?.dataset;
    const isAtRest = state?.testConnectionState === "CONNECTED" && state.testScriptState === "notRunning";
    const field = /** @type {HTMLTextAreaElement | null} */ (box());
    const isNow = isAtRest && wasAtRest && field !== null && sessionStorage.getItem(SENT) !== null;
    wasAtRest = isAtRest;
    if (!isNow || !find(".fn-words")) return;
    const here = conversation();
    // Who signs in after somebody else gets nothing of theirs.
    const isMine = (/** @type {Sent} */ one) => (one.who ?? "") === said("who", "");
    // Of one that nothing came of yet, nobody knows why.
    const isTaken = (/** @type {Sent} */ one) => one.ran && !one.away && one.conversation === here;
    const left = allSent().filter((one) => isMine(one) && !isTaken(one));
    const lost = field.value ? [] : left.filter((one) => one.away && one.conversation === here);
    keepSent(left.filter((one) => !lost.includes(one)));
    if (!lost.length) return;
    // As if it was typed: what else is written into it, the one who draws it does not see.
    const text = lost.map((one) => one.text).join("\n");
    Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value")?.set?.call(field, text);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };

  // A page that has lost its server asks once whether it is still signed in. If not, loading it anew leads to where one
  // signs in; Streamlit would try for ever.
  const watchSession = () => {
    const root = new URL(own).pathname.replace(/frame\/frame\.js$/, "");
    setInterval(async () => {
      putBack();
      if (!isAway()) return;
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
      wake();
      noteState();
      if (isSettled()) {
        settle();
        invite();
      }
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
      attributeFilter: ["data-test-script-state", "data-test-connection-state"],
    });
    changed();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);
    // What is drawn above the page lies beside it.
    new MutationObserver(reword).observe(document.body, { childList: true, subtree: true, characterData: true });
    watchSession();
    plan();
    for (const name of ["pointermove", "pointerdown", "keydown", "scroll", "visibilitychange"]) {
      document.addEventListener(name, touch, { capture: true, passive: true });
    }
    for (const name of ["scroll", "resize", "load", "toggle", "input", "pointerdown", "keydown", "transitionend"]) {
      window.addEventListener(name, wake, { capture: true, passive: true });
    }
  };
  start();
})();
