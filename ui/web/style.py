"""How the page looks: its icon and its style sheet."""

from ui.chat.style import ANSWERS

ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#1d4ed8"/>'
    '<path d="M7 9h11M7 16h18M7 23h18" stroke="#fff" stroke-width="2.6"/>'
    '<circle cx="24" cy="8.5" r="3" fill="#facc15"/>'
    "</svg>"
)
_PAGE = """.stMainBlockContainer { padding-top: 3.5rem; }
.st-key-scripts, .st-key-scripts-of-adding { display: none; }
.stMainBlockContainer h1 { font-size: 2rem; padding: 0; }
.fn-question, .fn-answer { white-space: pre-line; overflow-wrap: anywhere; line-height: 1.6; }
.fn-small { font-size: .875rem; opacity: .75; margin: .5rem 0 0; overflow-wrap: anywhere; }
.fn-wait { opacity: .6; }
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
.fn-table th, .fn-table td { text-align: left; vertical-align: top; padding: .35rem .8rem .35rem 0;
  border-bottom: 1px solid color-mix(in srgb, currentColor 12%, transparent); }
.fn-table th { font-weight: 600; }
.fn-none { opacity: .55; }
.fn-behind { margin-top: .8rem; }
.fn-behind ul { margin: .4rem 0; padding-left: 1.2rem; line-height: 1.6; }
.fn-passage .fn-against { background: color-mix(in srgb, #dc2626 22%, transparent); }
.fn-note { font-size: .875rem; margin: .6rem 0 0; padding-left: .7rem; border-left: 3px solid #d97706;
  overflow-wrap: anywhere; }
.fn-list { margin-top: 1rem; border-top: 1px solid color-mix(in srgb, currentColor 18%, transparent); }
.fn-list h4 { font-size: .875rem; font-weight: 600; margin: 0; padding: .7rem 0 .2rem; }
.fn { border-bottom: 1px solid color-mix(in srgb, currentColor 10%, transparent);
  font-size: .9375rem; }
.fn > summary { cursor: pointer; padding: .5rem 0; display: flex; gap: .6rem; align-items: baseline; list-style: none; }
.fn > summary::-webkit-details-marker { display: none; }
.fn > summary::after { content: "›"; margin-left: auto; opacity: .7; flex: 0 0 1.2em; height: 1.2em; line-height: 1.2;
  text-align: center; }
.fn[open] > summary::after { transform: rotate(90deg); }
.fn-number { font-weight: 600; min-width: 1.1em; text-align: right; font-variant-numeric: tabular-nums; }
.fn-title { font-weight: 600; overflow-wrap: anywhere; }
.fn-where { opacity: .75; font-size: .875em; overflow-wrap: anywhere; }
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
# What is drawn of answers comes after what every page has.
STYLE = f"<style>{_PAGE}{ANSWERS}</style>"
