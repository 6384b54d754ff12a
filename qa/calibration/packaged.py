"""What people's questions over the sets of docs/quality.md teach, by bench/refusal.py --learn."""

BIAS = 0.07984
THRESHOLD = 0.11663
# Of each signal its mean, its spread and its weight.
LEARNED: dict[str, tuple[float, float, float]] = {
    "score": (0.45918, 0.24498, 0.10045),
    "cosine": (0.49079, 0.19032, 0.79868),
    "bm25": (0.30949, 0.17440, -0.20401),
    "cover": (0.53004, 0.27645, 0.34524),
    "missing": (0.29789, 0.28230, -0.19165),
    "standout": (3.82679, 1.19145, 0.31754),
    "agreement": (0.37054, 0.24475, -0.02356),
    "sentence": (0.52295, 0.20833, 0.59815),
    "sentence words": (0.45438, 0.25863, -0.11628),
    "wanted": (0.50260, 0.21999, 0.70906),
    "unmeasured": (0.00659, 0.05805, 0.03839),
    "no name": (0.10897, 0.28575, 0.06481),
}
