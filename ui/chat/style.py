"""How answers look: the part of the style sheet that belongs to the chat's answers."""

ANSWERS = """
.fn-copied:not(.fn-done) { display: none; }
.fn-copied { font-size: .875rem; margin: 0; }
.fn-question { font: inherit; font-size: 1rem; letter-spacing: normal; margin: 0; padding: 0; }
[class*=st-key-below-] { min-height: 2.5rem; }
.fn-limits { font-size: .8125rem; margin: .2rem 0 0; opacity: .8; overflow-wrap: anywhere; }
.st-key-limits-place:not(:has(button)), [class*=st-key-problem-]:not(:has(p)) { display: none; }
.st-key-limits button { min-height: 0; padding: .1rem .6rem; border-radius: 1rem; font-size: .8125rem; }
.fn-code { font-family: ui-monospace, "Source Code Pro", monospace; font-size: .875rem; }
.fn-answer.fn-code { white-space: pre-wrap; }
.fn-written { white-space: normal; }
.fn-written > :first-child { margin-top: 0; }
.fn-written > :last-child { margin-bottom: 0; }
.fn-written p { margin: 0 0 .75rem; font-size: inherit; white-space: pre-line; }
.fn-written :is(h3, h4, h5, h6) { margin: 1.1rem 0 .4rem; padding: 0; line-height: 1.35; font-weight: 600; }
.fn-written h3 { font-size: 1.2rem; }
.fn-written h4 { font-size: 1.075rem; }
.fn-written :is(h5, h6) { font-size: 1rem; }
.fn-written :is(ul, ol) { margin: 0 0 .75rem; padding-inline-start: 1.5rem; font-size: inherit; }
.fn-written li { margin: .2rem 0; font-size: inherit; }
.fn-written li > :is(ul, ol) { margin: .2rem 0 0; }
.fn-written blockquote { margin: 0 0 .75rem; padding: 0 0 0 .9rem; font-size: inherit;
  border-inline-start: 3px solid color-mix(in srgb, currentColor 25%, transparent); }
.fn-written pre { margin: 0 0 .75rem; padding: .6rem .8rem; overflow-x: auto; white-space: pre; border-radius: .4rem;
  background: color-mix(in srgb, currentColor 6%, transparent); line-height: 1.5; }
.fn-written code { font-family: ui-monospace, monospace; font-size: .9em; color: inherit; padding: .1em .25em;
  border-radius: .25em; background: color-mix(in srgb, currentColor 8%, transparent); }
.fn-written pre code { padding: 0; background: none; }
.fn-written hr { margin: 1rem 0; border: 0; border-top: 1px solid color-mix(in srgb, currentColor 20%, transparent); }
.fn-table th.fn-right, .fn-table td.fn-right { text-align: right; }
.fn-table th.fn-center, .fn-table td.fn-center { text-align: center; }
.fn-table:focus-visible { outline: 2px solid #2563eb; outline-offset: 2px; }
.fn-doubt { text-decoration-skip-ink: none; text-decoration-thickness: 1.5px; }
.fn-doubt.fn-wrong { text-decoration-style: double; }
.fn-doubt.fn-partly { text-decoration-style: dashed; }
.fn-doubt.fn-bare { text-decoration-style: dotted; }
.fn-sign { display: inline-block; min-width: 1.2em; margin-inline: .15em; padding: 0 .2em; border-radius: .3em;
  font-size: .8em; font-weight: 700; line-height: 1.4; text-align: center; text-decoration: none;
  color: #92400e; color: light-dark(#92400e, #fcd34d); border: 1px solid currentColor; }
.fn-sign.fn-wrong, .fn-wrong > .fn-sign { color: #b91c1c; color: light-dark(#b91c1c, #fca5a5); }
a.fn-sign:hover, a.fn-sign:focus-visible { background: color-mix(in srgb, currentColor 16%, transparent); }
.fn-summary { font-size: .875rem; margin: .7rem 0 0; line-height: 1.5; }
.fn-summary > summary { cursor: pointer; width: fit-content; }
.fn-doubtful > summary { font-weight: 600; }
.fn-summary ul.fn-doubts { margin: .4rem 0 0; padding-inline-start: 0; list-style: none; }
.fn-doubts li { margin: .35rem 0; padding-inline-start: .7rem; font-size: inherit; overflow-wrap: anywhere;
  border-inline-start: 3px solid #d97706; scroll-margin-top: 12rem; }
.fn-doubts li.fn-wrong { border-inline-start-style: double; }
.fn-doubts li.fn-partly { border-inline-start-style: dashed; }
.fn-doubts li.fn-bare { border-inline-start-style: dotted; }
.fn-doubts li:target { background: color-mix(in srgb, #facc15 20%, transparent); }
.fn-list h3 { font-size: .875rem; font-weight: 600; margin: 0; padding: .7rem 0 .2rem; }
.fn-why { font-variant-numeric: tabular-nums; font-size: .8125rem !important; }
.fn-why :is(th, td) { white-space: nowrap; overflow-wrap: normal; }
.fn-why td.fn-what { min-width: 12rem; white-space: normal; overflow-wrap: anywhere; }
.fn-behind p { font-size: inherit; margin: .3rem 0; }
.fn-bars { display: grid; gap: .2rem; max-width: 26rem; margin: .6rem 0; }
.fn-bar { display: grid; grid-template-columns: 1.5rem 1fr 2.5rem; gap: .5rem; align-items: center;
  font-variant-numeric: tabular-nums; }
.fn-bar-label { text-align: right; }
.fn-track { position: relative; height: .7rem; border-radius: .15rem;
  background: color-mix(in srgb, currentColor 10%, transparent); }
.fn-fill { position: absolute; inset: 0 auto 0 0; border-radius: .15rem; background: #2563eb; }
.fn-fill.fn-low { background: repeating-linear-gradient(45deg, #94a3b8 0 3px, transparent 3px 6px); }
.fn-least { position: absolute; top: -.15rem; bottom: -.15rem; border-left: 2px dashed currentColor; }
"""
