"""The weights learned from people's questions over the sets of docs/quality.md, by bench/refusal.py --learn."""

BIAS = 0.16922
THRESHOLD = 0.13230
# The mean, the spread and the weight of each signal.
LEARNED: dict[str, tuple[float, float, float]] = {
    "score": (0.46013, 0.24736, 0.16701),
    "cosine": (0.48996, 0.19292, 0.75936),
    "bm25": (0.31238, 0.17468, 0.03457),
    "cover": (0.53373, 0.27776, 0.25370),
    "missing": (0.29336, 0.28348, -0.21412),
    "standout": (3.86940, 1.17002, 0.21997),
    "agreement": (0.37782, 0.24881, -0.07595),
    "sentence": (0.52115, 0.21035, 0.58442),
    "sentence words": (0.46454, 0.26035, -0.13257),
    "wanted": (0.50121, 0.22097, 0.74747),
    "unmeasured": (0.00747, 0.06128, 0.01891),
    "no name": (0.10620, 0.28517, 0.10099),
}
