"""The weights learned from people's questions over the sets of docs/quality.md, by bench/refusal.py --learn."""

BIAS = 0.24898
THRESHOLD = 0.12043
# The mean, the spread and the weight of each signal.
LEARNED: dict[str, tuple[float, float, float]] = {
    "score": (0.46423, 0.24734, 0.26817),
    "cosine": (0.49217, 0.19333, 0.82479),
    "bm25": (0.31595, 0.17256, 0.07575),
    "cover": (0.53738, 0.27587, 0.20914),
    "missing": (0.28535, 0.27869, -0.18400),
    "standout": (3.92249, 1.18783, 0.18661),
    "agreement": (0.36763, 0.24513, -0.09755),
    "sentence": (0.51276, 0.21504, 0.59358),
    "sentence words": (0.46778, 0.25917, -0.11046),
    "wanted": (0.49691, 0.22353, 0.70276),
    "unmeasured": (0.00300, 0.03883, -0.02268),
    "no name": (0.10414, 0.27863, 0.13990),
}
# That a sentence holds what is asked for, and what each lack takes from it.
HOLDS = 1.31718
LACKING: dict[str, float] = {
    "measure": -3.04013,
    "count": -0.85421,
    "name": -1.93310,
    "date": -0.59813,
}
