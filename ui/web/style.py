"""How the page looks: its icon and its style sheet."""

from ui.chat.style import ANSWERS

ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#1d4ed8"/>'
    '<path d="M7 9h11M7 16h18M7 23h18" stroke="#fff" stroke-width="2.6"/>'
    '<circle cx="24" cy="8.5" r="3" fill="#facc15"/>'
    "</svg>"
)
_PAGE = """.fn-words { display: none; }
.fn-unseen { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%);
  white-space: nowrap; }
.fn-question, .fn-answer { white-space: pre-line; overflow-wrap: anywhere; line-height: 1.6; }
.fn-small a { color: inherit; }
.fn-small { font-size: .875rem; opacity: .8; margin: .5rem 0 0; overflow-wrap: anywhere; }
.fn-wait { opacity: .8; }
.fn-ref { text-decoration: none; padding: 0 .18em; font-size: .72em; font-weight: 600; vertical-align: super;
  line-height: 0; border-radius: .25em; color: #2563eb; color: light-dark(#1d4ed8, #93c5fd); }
.fn-ref:hover, .fn-ref:focus-visible { background: color-mix(in srgb, currentColor 16%, transparent); }
.fn-doubt { text-decoration: underline wavy; text-decoration-color: #d97706; text-decoration-thickness: 1px;
  text-underline-offset: .2em; }
.fn-direct { font-size: 1.35rem; font-weight: 600; margin: 0 0 .5rem; overflow-wrap: anywhere; line-height: 1.35; }
.fn-direct a { color: inherit; text-decoration: none; }
.fn-direct a:hover, .fn-direct a:focus-visible { text-decoration: underline; }
.fn-wrong { text-decoration-color: #dc2626; border-color: #dc2626 !important; }
.fn-table { overflow-x: auto; margin: .6rem 0; }
.fn-table table { border-collapse: collapse; font-size: .9375rem; }
.fn-table th, .fn-table td { text-align: left; vertical-align: top; overflow-wrap: break-word;
  padding: .35rem .8rem .35rem 0;
  border-bottom: 1px solid color-mix(in srgb, currentColor 12%, transparent); }
.fn-table th { font-weight: 600; }
.fn-none { opacity: .55; }
.fn-behind { margin-top: .8rem; }
.fn-behind ul { margin: .4rem 0; padding-left: 1.2rem; line-height: 1.6; }
.fn-passage .fn-against { background: color-mix(in srgb, #dc2626 22%, transparent); }
.fn-note { font-size: .875rem; margin: .6rem 0 0; padding-left: .7rem; border-left: 3px solid #d97706;
  overflow-wrap: anywhere; }
.fn-failed { border-left-color: #dc2626; }
.fn-list { margin-top: 1rem; border-top: 1px solid color-mix(in srgb, currentColor 18%, transparent); }
.fn-list h4 { font-size: .875rem; font-weight: 600; margin: 0; padding: .7rem 0 .2rem; }
.fn { border-bottom: 1px solid color-mix(in srgb, currentColor 10%, transparent);
  font-size: .9375rem; }
.fn > summary { cursor: pointer; padding: .5rem 0; display: flex; gap: .6rem; align-items: baseline; list-style: none; }
.fn > summary::-webkit-details-marker { display: none; }
.fn > summary::after { content: "›"; margin-left: auto; opacity: .7; flex: 0 0 1.2em; height: 1.2em; line-height: 1.2;
  text-align: center; }
.fn[open] > summary::after { transform: rotate(90deg); }
.fn:not([open]) > summary > :not(.fn-number) { display: -webkit-box; -webkit-box-orient: vertical; overflow: hidden;
  -webkit-line-clamp: 3; }
.fn-number { font-weight: 600; flex: none; min-width: 1.3em; font-variant-numeric: tabular-nums; }
.fn-title { font-weight: 600; overflow-wrap: anywhere; }
.fn-where { opacity: .75; font-size: .875em; overflow-wrap: anywhere; }
.fn-place { white-space: nowrap; }
.fn-body { padding: 0 0 .8rem 1.7rem; }
.fn-target { scroll-margin-top: 12rem; }
.fn-passage { margin: 0; padding: .6rem .8rem; white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.55;
  border-radius: .4rem; background: color-mix(in srgb, currentColor 5%, transparent); }
.fn-passage mark:target { text-decoration: underline; text-underline-offset: .2em; }
.fn-passage mark { color: inherit; border-radius: .15em; padding: .05em 0;
  background: color-mix(in srgb, #facc15 36%, transparent); }
.fn:has(:target) .fn-passage { outline: 2px solid color-mix(in srgb, #2563eb 50%, transparent); }
.fn-meta { font-size: .8125rem; opacity: .75; margin: .5rem 0 0; overflow-wrap: anywhere; }
.fn-meta summary { cursor: pointer; }
.fn-meta a { color: inherit; }
.fn-facts p { font-size: .875rem; line-height: 1.6; margin: 0 0 .6rem; overflow-wrap: anywhere; }
"""
# What Streamlit draws around the pages. A file that is saved from the chat has nothing of it.
_FRAME = """
[data-testid=stLayoutWrapper]:has(> :is(.st-key-scripts, .st-key-scripts-of-adding)),
.stElementContainer:has(> .stHtml > script),
.stElementContainer:has(.fn-words), .stElementContainer:has(.fn-look),
[class*=st-key-news-], .st-key-look-again { display: none; }
/* Streamlit's own styles come later, so these say more exactly what they mean. */
.stApp .stMainBlockContainer { padding-top: 3.5rem; }
.stApp .stMainBlockContainer h1 { font-size: 2rem; padding: 0 0 .3rem; }
.stApp [data-testid=stBottomBlockContainer] { padding-bottom: 1.5rem; }
.stApp [data-testid=stCaptionContainer], .stApp [data-testid=stCaptionContainer] p {
  opacity: 1; color: #57534e; color: light-dark(#57534e, #b8b3ae); }

/* What was removed can be undone from wherever in the list that was done. */
.stApp [data-testid=stLayoutWrapper]:has(> .stVerticalBlock > [data-testid=stLayoutWrapper] > .st-key-doc-removed) {
  position: sticky; top: 0; z-index: 2; max-height: 25vh; overflow: auto;
  background: #fff; background: light-dark(#fff, #171614); }
@media (max-width: 768px) {
  .stApp [data-testid=stLayoutWrapper]:has(> .stVerticalBlock > [data-testid=stLayoutWrapper] > .st-key-doc-removed) {
    top: 3rem; }
}

/* Nothing is shown before it stands in its place: see frame.js. Without the script it is shown late. */
@keyframes fn-shown { to { visibility: visible; } }
html:not(.fn-settled) [data-testid=stAppViewContainer] { visibility: hidden; animation: fn-shown 0s 4s forwards; }

:is(.stApp, #fn-keys) :is(a, button, summary, input, [tabindex], [role=button], [role=radio]):focus-visible {
  outline: 2px solid #1d4ed8; outline-color: light-dark(#1d4ed8, #93c5fd); outline-offset: 2px; border-radius: .3rem; }
/* A field with an icon, or with what opens a list, has its line around both. */
.stApp :is([data-testid=stTextInputRootElement], .react-aria-ComboBox) input:focus-visible { outline: none !important; }
.stApp :is([data-testid=stTextInputRootElement], .react-aria-ComboBox > [role=group]):has(input:focus-visible) {
  outline: 2px solid #1d4ed8; outline-color: light-dark(#1d4ed8, #93c5fd); border-radius: .5rem; }
h2.fn-question:focus { outline: 2px solid #1d4ed8; outline-color: light-dark(#1d4ed8, #93c5fd); outline-offset: 4px;
  border-radius: .3rem; scroll-margin-top: 5rem; }

/* A long line of it would make the menu of a conversation as wide as the page. */
[data-testid=stPopoverBody]:has([class*=st-key-title-]) { max-width: min(22rem, calc(100vw - 2rem)); }

#fn-keys { border: 1px solid color-mix(in srgb, currentColor 25%, transparent); border-radius: .75rem;
  padding: 1.25rem 1.5rem; max-width: min(26rem, calc(100vw - 2rem)); box-shadow: 0 8px 32px rgb(0 0 0 / .2); }
#fn-keys::backdrop { background: rgb(0 0 0 / .35); }
#fn-keys h2 { font-size: 1.125rem; margin: 0 0 .75rem; padding: 0; }
#fn-keys dl { margin: 0 0 .75rem; }
#fn-keys dl div { display: flex; gap: 1rem; align-items: baseline; padding: .2rem 0; }
#fn-keys dt { flex: 0 0 6rem; white-space: nowrap; }
#fn-keys dd { margin: 0; }
#fn-keys kbd { font: inherit; font-size: .875rem; padding: .05rem .45rem; border-radius: .3rem;
  border: 1px solid color-mix(in srgb, currentColor 35%, transparent); }
#fn-keys label { display: flex; gap: .6rem; align-items: center; margin: 0 0 1rem; }
#fn-keys button { font: inherit; color: inherit; background: none; padding: .3rem .9rem; border-radius: .4rem;
  border: 1px solid color-mix(in srgb, currentColor 35%, transparent); cursor: pointer; }

/* Streamlit writes white on the colour of the theme, which is a light one in the dark. */
body :is([data-testid=stBaseButton-primary], [data-testid=stBaseButton-primaryFormSubmit]):not(:disabled),
body [data-testid=stMultiSelectTagsContainer] span:has(> span[title]) > * { color: light-dark(#fff, #10151f); }

/* However long an answer grows, what stops it is in sight: above the box. */
.stApp [data-testid="stLayoutWrapper"]:has(> [data-testid="stVerticalBlock"] > [class*=st-key-stop-]) {
  position: sticky; bottom: calc(var(--fn-low, 7rem) + .5rem); z-index: 1; }
/* It is drawn again with each look at an answer in the making, and would fade in between. */
.stApp [class*=st-key-stop-], .stApp [class*=st-key-stop-] * { opacity: 1 !important; transition: none !important; }

/* What to ask next follows an answer that is whole. */
.stApp:has(.fn-live) .st-key-next { display: none; }

/* On a narrow page a label has a second line; cut off it would not say where it leads. */
.stApp [data-testid=stPageLink-NavLink] :is(span, p) { white-space: normal; overflow-wrap: anywhere; }

/* The list of conversations. */
.stApp .st-key-conversations-list { gap: .1rem; }
.stApp .st-key-conversations-list [class*=st-key-conversation-] button { justify-content: flex-start; min-height: 0;
  padding: .35rem .6rem; border: 0; border-inline-start: 3px solid transparent; border-radius: .3rem; }
.stApp .st-key-conversations-list [class*=st-key-conversation-] button :is(span, div) { min-width: 0;
  justify-content: flex-start; }
.st-key-conversations-list [class*=st-key-conversation-] button p { text-align: start; white-space: nowrap;
  overflow: hidden; text-overflow: ellipsis; font-weight: 400; }
.st-key-conversations-list [class*=st-key-conversation-] button:hover {
  background: color-mix(in srgb, currentColor 8%, transparent); }
.st-key-conversations-list button[aria-current=page] { border-inline-start-color: #1d4ed8;
  border-inline-start-color: light-dark(#1d4ed8, #93c5fd);
  background: color-mix(in srgb, currentColor 6%, transparent); }
.st-key-conversations-list button[aria-current=page] p { font-weight: 600; }
.fn-when { font-size: .8125rem; font-weight: 600; margin: .9rem 0 .2rem; padding: 0 .6rem;
  color: #57534e; color: light-dark(#57534e, #b8b3ae); }
.fn-found { font-size: .8125rem; line-height: 1.35; margin: -.4rem 0 .3rem; padding: 0 .75rem; overflow-wrap: anywhere;
  color: #57534e; color: light-dark(#57534e, #b8b3ae); }

@media (max-width: 640px) {
  .stApp .stChatMessage { padding-inline: 0; gap: 0; }
  .stApp .stChatMessage:has(h2.fn-question) { padding-inline: .75rem; }
  .stApp .stChatMessage > :is([data-testid=stChatMessageAvatarCustom], [data-testid=stChatMessageAvatarUser],
    [data-testid=stChatMessageAvatarAssistant]) { display: none; }
  .stApp [data-testid=stBottomBlockContainer] { padding-bottom: .75rem; }
  .fn-body { padding-inline-start: 0; }
}
/* At 400 % a window of usual height has 256 pixels. */
@media (max-height: 480px) {
  .stApp [data-testid=stBottomBlockContainer] { padding-block: .25rem .5rem; }
}
@media (prefers-reduced-motion: reduce) {
  *, ::before, ::after { animation-duration: .01ms !important; transition-duration: .01ms !important; }
}
"""
# What is drawn of answers comes after what every page has.
SHEET = f"{_PAGE}{ANSWERS}{_FRAME}"
STYLE = f"<style>{_PAGE}{ANSWERS}</style>"
