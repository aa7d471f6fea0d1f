"""The plan of an assessment: the cause first, steps, every option, and what stands against it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from causalgia.patients.assessment import Assessment
from causalgia.patients.numerals import percent, signed
from causalgia.patients.planning.guidelines import AGAINST
from causalgia.patients.planning.options import Option
from causalgia.patients.planning.plan import Plan, is_backed
from causalgia.reports.assessment_figures import draw_steps, waiting
from causalgia.reports.sources import doubt_notes, guideline_link, numbers_link
from causalgia.reports.table import table
from causalgia.reports.trial_figures import Effect, draw_effects

__all__ = ["place_in_guidelines", "plan_sections"]

_MOST_SHOWN = 10
_RULES = (
    ("50 % relief or more", "keep it, add nothing"),
    ("30 to 50 %", "keep it and add the next"),
    ("less than 30 %", "stop it and go to the next"),
    ("a side effect that is not worth it", "stop it, whatever the relief"),
)
_STEPS = (
    "Share of virtual patients like this one who have at least 50 % (dark) and 30 % (light) relief "
    "by the end of each step, all steps together; lines and small numbers: 95 % intervals; upright "
    "marks: before the step. The same virtual "
    "patients go through all steps, so that what fails for the same reason adds nothing; kept "
    "treatments are taken to act apart from each other. Drugs in no guideline are not tried by "
    "themselves; third lines, implants and what makes a habit come after two others."
)
_OPTIONS = (
    "Diamond: mean change in pain when it is judged, against the same virtual patients without it; "
    "bar: the middle 95 % of them. Ranked by relief less harm (side effects, stopping, burden). "
    "The chances are of 30 % and 50 % relief; stop: the share who stop for a side effect."
)


def plan_sections(found: Assessment, *, with_options: bool = True) -> list[str]:
    """The sections, as HTML.

    **Arguments:** what was `found`; whether to draw what each treatment may do, which the report
    of a case has of its own.
    """
    plan = found.plan
    options = _options(plan) if with_options else ""
    return [part for part in (_steps(plan), options, _prices(plan), _against(plan)) if part]


def _steps(plan: Plan) -> str:
    rules = "".join(f"<dt>{escape(when)}</dt><dd>{escape(then)}</dd>" for when, then in _RULES)
    if not plan.steps:
        body = "<p>No treatment of the library is expected to help more than it harms.</p>"
    else:
        body = (
            f"<figure>\n{draw_steps(plan.steps, narrow=False)}\n"
            f"{draw_steps(plan.steps, narrow=True)}\n<figcaption>{escape(_STEPS)}</figcaption>"
            f'</figure>\n<h3>When to go on</h3><dl class="facts">{rules}</dl>'
        )
    return f"<section>\n<h2>What to do, step by step</h2>\n{_cause(plan)}{body}\n</section>"


def _cause(plan: Plan) -> str:
    """Removals of a cause that may be there, and how sure the cause is."""
    lines = []
    for option in plan.cause_first:
        lines.append(
            f"<p><strong>{escape(option.label)}</strong> takes the cause away, if it is there "
            f"({percent(option.odds_of_cause)}): then 50 % relief in "
            f"{option.relief_50} after {waiting(option.judged_after_days)}. "
            f"{'Settle the cause first.' if option.odds_of_cause < 0.5 else ''}</p>"
        )
    return "".join(lines)


def place_in_guidelines(option: Option) -> str:
    """Where guidelines place it, in a few words."""
    said = [
        f"{placement.guideline}: {placement.tier}"
        + (" (pain of the periphery)" if placement.periphery_only else "")
        for placement in option.guidelines
    ]
    return "; ".join(said) if said else "in none of the guidelines"


def _first_place(option: Option) -> str:
    """The guideline that speaks first, for a line under a label."""
    if not option.guidelines:
        return "in no guideline" if not is_backed(option) else "not a matter of drug guidelines"
    first = option.guidelines[0]
    return f"{first.guideline}: {first.tier}"


def _options(plan: Plan) -> str:
    shown = plan.options[:_MOST_SHOWN]
    if not shown:
        return ""
    heads = ("30 %", "50 %", "stop")
    effects = [_effect(option) for option in shown]
    title = "change in pain, points of 10"
    rest = plan.options[_MOST_SHOWN:]
    more = ""
    if rest:
        listed = "".join(f"<li>{escape(o.label)}: {escape(str(o.relief_30))}</li>" for o in rest)
        more = (
            f'<h3>Ranked below, with the chance of 30 % relief</h3>\n<ul class="many">{listed}</ul>'
        )
    more = doubt_notes({option.name: option.label for option in shown}) + more
    return (
        "<section>\n<h2>What each treatment may do</h2>\n<figure>\n"
        f"{draw_effects(effects, title, heads, narrow=False)}\n"
        f"{draw_effects(effects, title, heads, narrow=True)}\n"
        f"<figcaption>{escape(_OPTIONS)}</figcaption>\n</figure>\n{more}{_guideline_table(shown)}"
        "\n</section>"
    )


def _effect(option: Option) -> Effect:
    cells = (str(option.relief_30), str(option.relief_50), percent(option.stops))
    brief = f"{signed(option.change.mean, 1)} · {cells[0]} · {cells[1]} · stop {cells[2]}"
    label = option.label.split(" (")[0]
    note = f"after {waiting(option.judged_after_days)} · {_first_place(option)}"
    change = option.change
    return Effect(label, note, change.mean, change.low, change.high, cells, brief)


def _guideline_table(shown: Sequence[Option]) -> str:
    rows = [
        (
            option.label,
            option.schedule or "–",
            guideline_link(place_in_guidelines(option)),
            numbers_link(option.name),
        )
        for option in shown
    ]
    listed = table(("", "dose", "guidelines", "rests on"), rows, words=4)
    return f"<details><summary>Doses and guidelines</summary>\n{listed}</details>"


def _prices(plan: Plan) -> str:
    """Side effects of what is in the plan, and warnings."""
    chosen = {step.option.name: step.option for step in plan.steps}
    chosen |= {option.name: option for option in plan.options[:5]}
    rows = []
    for option in chosen.values():
        for harm in option.harms[:3]:
            needed = "> 1000" if harm.needed > 1000 else f"{harm.needed:.0f}"
            shares = f"{percent(harm.share)}, on placebo {percent(harm.on_placebo)}"
            effect = f"{harm.name}: {shares}"
            rows.append((option.label.split(" (")[0], effect, needed, numbers_link(option.name)))
    heads = ("", "side effect", "one more of", "rests on")
    parts = []
    if rows:
        parts.append(table(heads, rows, words=2))
    warned = [
        (option.label, str(warning.severity), warning.text)
        for option in chosen.values()
        for warning in plan.warnings.get(option.name, ())
        if warning.severity != "note"
    ]
    if warned:
        parts.append("<h3>Warnings</h3>" + table(("", "", "what"), warned, words=3))
    if plan.warnings_now:
        lines = "".join(f"<li>{escape(str(w))}</li>" for w in plan.warnings_now)
        parts.append(f"<h3>Among what is taken already</h3><ul>{lines}</ul>")
    if plan.unchecked:
        names = ", ".join(plan.unchecked)
        parts.append(
            f'<p class="warning">Not in the table of interactions, so not checked: '
            f"{escape(names)}.</p>"
        )
    if not parts:
        return ""
    return "<section>\n<h2>At what price</h2>\n" + "\n".join(parts) + "\n</section>"


def _against(plan: Plan) -> str:
    if not plan.excluded:
        return ""
    rows = [
        (left.option.label, left.reason, str(left.option.relief_30), _advice(left.option))
        for left in plan.excluded
    ]
    heads = ("", "why", "30 % relief", "guidelines")
    listed = table(heads, rows, words=2)
    return (
        "<section>\n<h2>Left out, and why</h2>\n"
        f"<details><summary>{len(rows)} treatments</summary>\n{listed}</details>\n</section>"
    )


def _advice(option: Option) -> str:
    against = [p.guideline for p in option.guidelines if p.rank == AGAINST]
    said = f"against: {', '.join(against)}" if against else place_in_guidelines(option)
    return guideline_link(said)
