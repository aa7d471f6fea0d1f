"""An assessment as the server gives it, but computed by nobody."""

from __future__ import annotations

from typing import Any

NAMES = (
    ("cervical_radiculopathy", "Compressed cervical root"),
    ("carpal_tunnel", "Carpal tunnel syndrome"),
    ("shingles", "Shingles (herpes zoster)"),
    ("stroke", "Stroke"),
    ("diabetic_neuropathy", "Diabetic polyneuropathy"),
)
SHARES = (0.62, 0.21, 0.1, 0.05, 0.02)


def share(value: float) -> dict[str, float]:
    return {"value": value, "low": value - 0.1, "high": value + 0.1}


def option(name: str, label: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "label": label, "doubt": "", **more}


def step(name: str, relief: float) -> dict[str, Any]:
    return {
        "treatment": name,
        "schedule": "60 mg/day",
        "judged_after_days": 84.0,
        "relief_30": share(relief),
    }


ASSESSED: dict[str, Any] = {
    "title": "Probably: compressed cervical root",
    "answers": {
        "What is it, probably?": "Compressed cervical root: 62 %.",
        "Where does it come from?": "Left C7 root: 60 %.",
        "What next?": "Duloxetine: 30 % relief in 40 %.",
    },
    "notes": ["the answers contradict each other"],
    "red_flags": [
        {"urgency": "now", "may_be": "infection of the spine", "do": "imaging of the spine today"}
    ],
    "red_flags_not_asked": ["saddle_numbness"],
    "causes": [
        {"name": n, "label": label, "before": 0.2, "probability": p, "low": 0.9 * p, "high": p}
        for (n, label), p in zip(NAMES, SHARES, strict=True)
    ],
    "origins": [
        {
            "label": f"left C{level} root",
            "before": 0.02,
            "probability": p,
            "supports": ["reduced triceps reflex: 45 % with it, 10 % with the others"],
            "against": [],
        }
        for level, p in zip((7, 6, 8, 5, 4), SHARES, strict=True)
    ],
    "further_tests": [
        {"name": "diabetes", "label": "Is diabetes known?", "how": "told", "about_lesion": 0.4},
        {"name": "phalen", "label": "bent wrist (Phalen)", "how": "examined", "about_lesion": 0.2},
        {"name": "CDT", "label": "Cold detection", "how": "measured", "about_lesion": 0.1},
    ],
    "grade": {"level": "possible", "next": "examine the painful area"},
    "outlook": [
        {
            "weeks": w,
            "gone": share(0.1 + 0.01 * w),
            "rating": {"mean": 5.0, "low": 3.0, "high": 8.0},
        }
        for w in (0.0, 3.0, 6.0, 12.0, 26.0, 52.0)
    ],
    "plan": {
        "steps": [step("duloxetine", 0.4), step("pregabalin", 0.3)],
        "options": [option("duloxetine", "Duloxetine", doubt="too weak here: trials found more")],
        "excluded": [option("gabapentin", "Gabapentin", reason="tried: 20 % relief")],
        "warnings": {"pregabalin": ["caution: pregabalin: less with weak kidneys"]},
        "warnings_now": [],
    },
    "virtual_patients": {"count": 23376, "effective": 32.3},
}
