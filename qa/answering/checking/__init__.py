"""Whether a passage contradicts a sentence: what each says in the same place. Pure functions; English and German."""
