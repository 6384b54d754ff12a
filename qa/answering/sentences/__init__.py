"""What a sentence of a passage is and speaks of: what all rules about quotations ask.

`quoted_sentences` cuts passages into sentences, `asked_thing` tells which thing of a kind one is about, `single_words`
how it holds a word of the question, and `told_whole` whether one sentence says all that is asked. Nothing here chooses.
"""
