"""The weights learned from people's questions over the sets of docs/quality.md, by bench/refusal.py --learn."""

BIAS = 0.24868
THRESHOLD = 0.11764
# The mean, the spread and the weight of each signal.
LEARNED: dict[str, tuple[float, float, float]] = {
    "score": (0.46377, 0.24709, 0.28644),
    "cosine": (0.49257, 0.19232, 0.82118),
    "bm25": (0.31572, 0.17279, 0.06832),
    "cover": (0.53705, 0.27638, 0.20104),
    "missing": (0.28731, 0.27990, -0.19059),
    "standout": (3.92731, 1.19074, 0.17892),
    "agreement": (0.36841, 0.24476, -0.09795),
    "sentence": (0.51297, 0.21429, 0.58849),
    "sentence words": (0.46708, 0.25918, -0.10571),
    "wanted": (0.49777, 0.22169, 0.70543),
    "unmeasured": (0.00252, 0.03716, -0.01853),
    "no name": (0.10477, 0.27949, 0.13602),
}
# That a sentence holds what is asked for, and what each lack takes from it.
HOLDS = 1.31405
LACKING: dict[str, float] = {
    "measure": -3.04806,
    "count": -0.82166,
    "name": -1.92678,
    "date": -0.54884,
}
