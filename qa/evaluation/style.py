"""The look of the HTML report, light and dark."""

STYLE = """
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #59636e; --line: #d5dae0; --paper: #ffffff; --card: #f6f8fa;
  --mark: #ffe58a; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9aa5b1; --line: #3a434d; --paper: #0f1419;
  --card: #181f27; --mark: #6b5300; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, "Segoe UI", Roboto,
  "DejaVu Sans", sans-serif; }
main { max-width: 68rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1 { font-size: 1.7rem; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 2.4rem 0 .4rem; }
h4 { margin: 0 0 .4rem; }
small, .where, .lead { color: var(--soft); }
.lead { margin: .2rem 0 0; }
.note { border-left: 3px solid #d97706; padding-left: .7rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: .875rem; font-variant-numeric: tabular-nums; }
th, td { padding: .3rem .7rem; border-bottom: 1px solid var(--line); text-align: right; vertical-align: top; }
thead th { position: sticky; top: 0; background: var(--paper); }
th[scope=row] { text-align: left; font-weight: 600; }
.figures { width: 100%; }
.figures small { display: block; font-weight: 400; font-size: .75rem; }
.figures th[scope=row] { min-width: 14rem; }
figure { margin: 1rem 0 1.6rem; padding: .8rem; background: var(--card); border: 1px solid var(--line);
  border-radius: .5rem; }
figure svg { display: block; height: auto; }
details { border-bottom: 1px solid var(--line); padding: .45rem 0; }
summary { cursor: pointer; overflow-wrap: anywhere; }
.sides { display: grid; grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr)); gap: 1rem; margin-top: .6rem; }
.passage { background: var(--card); border: 1px solid var(--line); border-radius: .4rem; padding: .5rem .7rem;
  margin-bottom: .5rem; overflow-wrap: anywhere; }
.passage p { margin: 0; white-space: pre-line; font-size: .875rem; }
.passage .where { font-size: .75rem; margin-bottom: .25rem; }
.where span { opacity: .85; margin-left: .6em; white-space: nowrap; }
.wanted { margin: .3rem 0; font-size: .875rem; white-space: pre-line; overflow-wrap: anywhere; }
mark { background: var(--mark); color: inherit; border-radius: .15em; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: var(--card); padding: .7rem; border-radius: .4rem;
  font-size: .8rem; }
"""
