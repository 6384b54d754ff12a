"""How the page of settings looks."""

STYLE = """<style>
.stMainBlockContainer h2 { font-size: 1.35rem; padding: 1.2rem 0 .4rem; }
</style>"""
