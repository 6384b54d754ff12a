"""From a question to ranked hits, and from hits to the passages that an answer rests on."""
