"""The weights learned from people's questions over the sets of docs/quality.md, by bench/refusal.py --learn."""

BIAS = 0.25066
THRESHOLD = 0.11417
# The mean, the spread and the weight of each signal.
LEARNED: dict[str, tuple[float, float, float]] = {
    "score": (0.46423, 0.24734, 0.26795),
    "cosine": (0.49217, 0.19333, 0.82661),
    "bm25": (0.31595, 0.17256, 0.08342),
    "cover": (0.53738, 0.27587, 0.21518),
    "missing": (0.28535, 0.27869, -0.18157),
    "standout": (3.92249, 1.18783, 0.18681),
    "agreement": (0.36763, 0.24513, -0.09785),
    "sentence": (0.51276, 0.21504, 0.62292),
    "sentence words": (0.46778, 0.25917, -0.11333),
    "wanted": (0.49644, 0.22414, 0.65441),
    "unmeasured": (0.00300, 0.03883, -0.03010),
    "no name": (0.10414, 0.27863, 0.13969),
}
# That a sentence holds what is asked for, and what each lack takes from it.
HOLDS = 1.31678
LACKING: dict[str, float] = {
    "measure": -3.01345,
    "count": -0.85391,
    "name": -1.93280,
    "date": -0.59800,
}
