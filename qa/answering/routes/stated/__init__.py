"""What documents state of themselves, one value each: the day one ends, the sum of another, a rent, a mileage.

`totals` is the route, and adds them up; `total_words` reads its questions. `stated` and `named_values` read a value
from a text, `limits` and `named_limits` read the limits that a question sets, and `stating` holds documents to them.
`changed` knows values that a later paper changed, `same_paper` papers that are one paper twice. Other routes ask all
of these.
"""
