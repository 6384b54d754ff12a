"""How the list of documents looks: its style sheet."""

STYLE = """<style>
.fn-doc-cells { display: grid; grid-template-columns: 3.6rem 4.6rem 3.2rem 4.2rem 5.6rem 6.6rem; gap: .6rem;
  align-items: baseline; font-size: .875rem; font-variant-numeric: tabular-nums; }
.fn-doc-cells > span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.fn-doc-size, .fn-doc-pages, .fn-doc-passages, .fn-doc-names > :nth-child(2), .fn-doc-names > :nth-child(3),
.fn-doc-names > :nth-child(4) { text-align: right; }
.fn-doc-names { font-weight: 600; }
.fn-doc-label { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.fn-doc-state { font-weight: 500; }
.fn-doc-failed, .fn-doc-reason { color: #b91c1c; color: light-dark(#b91c1c, #fca5a5); }
.fn-doc-incomplete, .fn-doc-stale { color: #92400e; color: light-dark(#92400e, #fcd34d); }
.fn-doc-below { font-size: .8125rem; overflow-wrap: anywhere; line-height: 1.45; }
.fn-doc-below > span { display: block; }
.fn-doc-place { opacity: .8; }
.fn-doc-facts { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1rem; font-size: .9375rem;
  margin: 0; }
.fn-doc-facts dt { font-weight: 600; }
.fn-doc-facts dd { margin: 0; overflow-wrap: anywhere; }
.fn-doc-text { white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.55; max-height: 24rem; overflow-y: auto;
  padding: .6rem .8rem; border-radius: .4rem; background: color-mix(in srgb, currentColor 5%, transparent); }
[class*="st-key-doc-row-"], .st-key-doc-head { padding: .35rem 0;
  border-bottom: 1px solid color-mix(in srgb, currentColor 14%, transparent); }
[class*="st-key-doc-title-"] { gap: 0 !important; }
[class*="st-key-doc-title-"] button { justify-content: flex-start; text-align: left; min-height: 0; padding: 0;
  white-space: normal; overflow-wrap: anywhere; }
[class*="st-key-doc-title-"] button p { font-weight: 600; }
@media (max-width: 56rem) {
  .st-key-doc-head { display: none; }
  [class*="st-key-doc-row-"] { flex-wrap: wrap; }
  .fn-doc-cells { display: flex; flex-wrap: wrap; gap: .1rem .8rem; padding-left: 2rem; }
  .fn-doc-cells > span { text-align: left; }
  .fn-doc-pages:has(> .fn-doc-label)::after { content: ""; }
  .fn-doc-cells .fn-doc-pages .fn-doc-label, .fn-doc-cells .fn-doc-passages .fn-doc-label { position: static;
    clip-path: none; }
}
</style>"""
