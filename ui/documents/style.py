"""How the list of documents looks: its style sheet."""

STYLE = """<style>
.fn-doc { container-type: inline-size; font-size: .875rem; line-height: 1.45; }
.fn-doc-cells { display: grid; gap: 0 .7rem; align-items: center; font-variant-numeric: tabular-nums;
  grid-template-columns: minmax(8rem, 1fr) 3.4rem 4.4rem 3.2rem 4.4rem 5.4rem 7.4rem; }
.fn-doc-cells > span { overflow-wrap: anywhere; }
.fn-doc-cells > :nth-child(3), .fn-doc-cells > :nth-child(4), .fn-doc-cells > :nth-child(5) { text-align: right; }
.fn-doc-names { font-weight: 600; }
.fn-doc-label { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.fn-doc-title > a, .fn-doc-title > b { font-size: .9375rem; font-weight: 600; color: inherit; text-decoration: none; }
.fn-doc-title > a:hover, .fn-doc-title > a:focus-visible { text-decoration: underline; }
.fn-doc-place, .fn-doc-reason { display: block; font-size: .8125rem; }
.fn-doc-place { opacity: .8; }
/* Sentences would make many lines in the column of titles. */
.fn-doc-cells > .fn-doc-reason { grid-column: 1 / -1; }
/* No day that the document states. */
.fn-doc-changed { font-style: italic; }
.fn-doc-state { font-weight: 500; }
.fn-doc-failed, .fn-doc-reason { color: #b91c1c; color: light-dark(#b91c1c, #fca5a5); }
.fn-doc-incomplete, .fn-doc-stale { color: #92400e; color: light-dark(#92400e, #fcd34d); }
.fn-doc-facts { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1rem; font-size: .9375rem;
  margin: 0 !important; padding: 0 !important; }
.fn-doc-facts dt { font-weight: 600; }
.fn-doc-facts dd { margin: 0; overflow-wrap: anywhere; }
[class*="st-key-doc-row-"], .st-key-doc-head { padding: .4rem 0; flex-wrap: nowrap !important;
  border-bottom: 1px solid color-mix(in srgb, currentColor 14%, transparent); }
[class*="st-key-doc-more-"] button [data-testid="stMarkdownContainer"] { position: absolute; width: 1px; height: 1px;
  overflow: hidden; clip-path: inset(50%); }
.st-key-doc-head { padding-right: 2rem !important; }
[class*="st-key-doc-more-"], [class*="st-key-doc-pick-"] { width: auto !important; flex: 0 0 auto !important; }
.st-key-add-inviting [data-testid=stFileUploaderDropzone] { min-height: 9rem;
  align-content: center; align-items: center; justify-content: center; }
@container (max-width: 38rem) {
  .fn-doc-cells { display: flex; flex-wrap: wrap; gap: .1rem .9rem; }
  .fn-doc-title, .fn-doc-cells > .fn-doc-reason { flex: 1 0 100%; }
  .fn-doc-cells > span { text-align: left !important; }
  .fn-doc-cells.fn-doc-names, .fn-doc-cells > .fn-doc-none { display: none; }
  .fn-doc-pages .fn-doc-label, .fn-doc-passages .fn-doc-label { position: static; clip-path: none; }
}
</style>"""
