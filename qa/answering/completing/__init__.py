"""Sentences that stand beside the chosen ones and complete them.

In this order: `issuer` (who made the paper), `permission` (the rule that names the thing), `who_does_it`, `how_to`
(what is to be done), `terms_beside` (terms that who cancels needs). Each takes the quotations and returns them, with
others added or put in their place; none runs where two questions are asked in one.
"""
