"""What a reader should know besides the answer; it runs when the answer stands.

`notes` is the door and holds the order: languages (`language_notes`), doubt (`doubtful`), what words were taken for,
names that nothing mentions, dates. After it `answer` asks `caution`, which warns of a passage that asks for something,
and `disagreement`, which leaves out papers for others (`other_party`).
"""
