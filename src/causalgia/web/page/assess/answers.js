// What is known speaks for: red flags first, then causes, origins, what to ask, what to do.

import { h, put } from "../core/dom.js";
import { capital, percent, percentWithin, rating, short, span } from "../core/format.js";
import { follow } from "../core/store.js";
import { drawBand } from "../figures/band.js";
import { makeFigure } from "../figures/figure.js";
import { drawOdds } from "../figures/odds.js";
import { makeYesNo } from "./questions.js";

const MOST = 6;
const FEW = 3;
const LEAST = 0.01;
const MOST_EXCLUDED = 12;

const HOW = {
  told: "ask",
  examined: "examine",
  measured: "measure",
};

const card = (className, title, ...parts) =>
  h("section", { class: `card ${className}`, "aria-label": title }, h("h2", {}, title), parts);

function redFlags(found) {
  const open = found.red_flags_not_asked.length;
  const left = h(
    "p",
    { class: "hint" },
    open > 0 ? `${open} of the questions after what must not be missed are open.` : "All asked.",
  );
  if (found.red_flags.length === 0) {
    const none = h("p", {}, "Nothing said speaks for it.");
    return card("flags", "What must not be missed", none, left);
  }
  return card(
    "flags raised",
    "Red flags",
    h(
      "ul",
      {},
      found.red_flags.map((flag) =>
        h(
          "li",
          {},
          h("b", {}, flag.urgency === "now" ? "Now: " : "Soon: "),
          `${flag.do}. It may be ${flag.may_be}.`,
        ),
      ),
    ),
    left,
  );
}

const graded = ({ level, next }) =>
  `${level ?? "cannot be graded yet"}${next ? `; next, ${next}` : ""}`;

function weighedOver({ virtual_patients: { count, effective } }) {
  return `Weighed over ${count.toLocaleString("en")} virtual patients, of whom ${short(effective)} count.`;
}

function answers(found) {
  return card(
    "answers",
    found.title,
    Object.entries(found.answers).map(([question, answer]) => [
      h("h3", {}, question),
      h("p", {}, answer),
    ]),
    found.notes.map((note) => h("p", { class: "doubt" }, capital(note))),
    h("p", { class: "hint" }, `Neuropathic pain: ${graded(found.grade)}. ${weighedOver(found)}`),
  );
}

const likely = (entries) =>
  entries
    .filter(({ probability }, i) => i < FEW || (probability >= LEAST && i < MOST))
    .map((one) => ({ ...one, label: capital(one.label) }));

function oddsFigure(model, { name, title, lead, entriesOf }) {
  const { store, values } = model;
  const entries = () => (values.found ? entriesOf(values.found) : []);
  const figure = makeFigure({
    name,
    title,
    lead,
    draw: (width) =>
      drawOdds(width, {
        entries: likely(entries()),
        description: `${title}: ${likely(entries())
          .map((one) => `${one.label} ${percent(one.probability)}`)
          .join("; ")}`,
      }),
    rows: () => [
      ["name", "before", "low", "high", "probability"],
      ...entries().map((one) => [one.label, one.before, one.low, one.high, one.probability]),
    ],
  });
  follow(store, ["found"], () => values.found && figure.redraw());
  return figure;
}

function originWords(found) {
  const [first] = found.origins;
  if (!first) return "";
  const words = [...first.supports.slice(0, 2), ...first.against.slice(0, 1)];
  return words.length > 0 ? `${capital(first.label)}: ${words.join("; ")}.` : "";
}

function further(model, found) {
  const most = Math.max(...found.further_tests.map((one) => one.about_lesion), 0.01);
  const rows = found.further_tests.slice(0, MOST).map((one) => {
    const table = model.tableOf(one.name);
    const yesNo = table
      ? makeYesNo(
          one.label,
          () => model.values[table][one.name] ?? null,
          (value) => {
            model.answer(table, one.name, value);
            model.weigh();
          },
        )
      : null;
    yesNo?.refresh();
    return h(
      "li",
      { class: "gain", "data-gain": one.name },
      h("span", {}, h("span", { class: "tag" }, HOW[one.how] ?? one.how), ` ${capital(one.label)}`),
      yesNo?.element,
      h("meter", {
        min: 0,
        max: most,
        value: one.about_lesion,
        "aria-label": `It is expected to tell ${one.about_lesion.toFixed(2)} bits`,
      }),
    );
  });
  return card(
    "further",
    "What would tell most",
    rows.length > 0
      ? h("ul", { class: "gains" }, rows)
      : h("p", {}, "No further question would change much."),
    h("p", { class: "hint" }, "The bar: how much an answer should tell of cause and origin."),
  );
}

function planned(found, one, labels) {
  const option = [...found.plan.options, ...found.plan.excluded].find(
    ({ name }) => name === one.treatment,
  );
  const warnings = found.plan.warnings[one.treatment] ?? [];
  return h(
    "li",
    {},
    h("b", {}, labels(one.treatment)),
    one.schedule ? `, ${one.schedule}` : "",
    h(
      "p",
      {},
      `30 % relief in ${percentWithin(one.relief_30)}, judged after ${span(one.judged_after_days)}.`,
    ),
    option?.doubt
      ? h("p", { class: "doubt" }, h("b", {}, "Trials tell otherwise: "), `${option.doubt}.`)
      : null,
    warnings.map((text) => h("p", { class: "doubt" }, capital(text))),
  );
}

function plan(model, found) {
  const labels = (wanted) =>
    model.library.treatments.find(({ name }) => name === wanted)?.label ?? wanted;
  const { steps, excluded, warnings_now: now } = found.plan;
  return card(
    "plan",
    "What to do, step by step",
    now.length > 0
      ? h(
          "ul",
          { class: "warnings", "aria-label": "Warnings" },
          now.map((text) => h("li", {}, capital(text))),
        )
      : null,
    steps.length > 0
      ? h(
          "ol",
          { class: "plan-steps" },
          steps.map((one) => planned(found, one, labels)),
        )
      : h("p", {}, "Nothing that is left would help enough."),
    excluded.length > 0
      ? h(
          "details",
          { class: "more" },
          h("summary", {}, `Left out (${excluded.length})`),
          h(
            "ul",
            {},
            excluded
              .slice(0, MOST_EXCLUDED)
              .map((one) => h("li", {}, h("b", {}, one.label), `: ${one.reason}`)),
          ),
        )
      : null,
    h("p", { class: "hint" }, model.library.notice),
  );
}

function outlookFigure(model) {
  const { store, values } = model;
  const words = () => {
    const { rating: left, weeks, gone } = values.found.outlook.at(-1);
    const range = `${rating(left.low)} to ${rating(left.high)}`;
    return (
      `Left to itself: ${rating(left.mean)} (${range}) of 10 after ${Math.round(weeks)} weeks; ` +
      `gone by then in ${percentWithin(gone)}.`
    );
  };
  const figure = makeFigure({
    name: "assessed_outlook",
    title: "If nothing is done",
    lead: "Mean pain and where nine in ten lie",
    draw: (width) => drawBand(width, { points: values.found.outlook, description: words() }),
    rows: () => [
      ["weeks", "gone", "gone_low", "gone_high", "low", "high", "mean"],
      ...values.found.outlook.map(({ weeks, gone, rating: own }) => [
        weeks,
        gone.value,
        gone.low,
        gone.high,
        own.low,
        own.high,
        own.mean,
      ]),
    ],
  });
  follow(store, ["found"], () => {
    if (!values.found) return;
    figure.caption(words());
    figure.redraw();
  });
  return figure.element;
}

/** Draw a list anew; who had a hand on it keeps it, on the same question where that is left. */
function keepingFocus(element, draw) {
  const held = element.contains(document.activeElement)
    ? (document.activeElement.closest("[data-gain]")?.dataset.gain ?? "")
    : null;
  draw();
  if (held === null) return;
  const same = element.querySelector(`[data-gain="${CSS.escape(held)}"] button`);
  (same ?? element.querySelector("button"))?.focus();
}

const raised = ({ red_flags: flags }) =>
  flags.length > 0 ? `${flags.length === 1 ? "A red flag" : `${flags.length} red flags`}. ` : "";

/** The right side of the tab. */
export function makeAnswers(model) {
  const { store, values } = model;
  const parts = { flags: h("div"), answers: h("div"), further: h("div"), plan: h("div") };
  const causes = oddsFigure(model, {
    name: "causes",
    title: "Causes",
    lead: "How likely now and between what; the upright mark is before anything was known",
    entriesOf: (found) => found.causes,
  });
  const origins = oddsFigure(model, {
    name: "origins",
    title: "Where it comes from",
    lead: "How likely now; the upright mark is before anything was known",
    entriesOf: (found) => found.origins,
  });
  const found = h("div", { class: "assessed", hidden: true }, [
    parts.flags,
    parts.answers,
    h("div", { class: "halves" }, causes.element, origins.element),
    parts.further,
    parts.plan,
    outlookFigure(model),
  ]);
  const state = h("p", { class: "hint state", role: "status" });
  follow(store, ["found"], () => {
    if (!values.found) return;
    found.hidden = false;
    put(parts.flags, redFlags(values.found));
    put(parts.answers, answers(values.found));
    keepingFocus(parts.further, () => put(parts.further, further(model, values.found)));
    put(parts.plan, plan(model, values.found));
    origins.caption(originWords(values.found));
  });
  follow(store, ["isBusy", "isLate", "found", "problem"], () => {
    found.classList.toggle("aged", values.isLate || values.isBusy);
    found.setAttribute("aria-busy", String(values.isBusy));
    const isOld = values.isLate && values.found && !values.isBusy;
    state.textContent = values.isBusy
      ? "Weighing …"
      : isOld
        ? "Changed since: weigh it again."
        : values.found && !values.problem
          ? `${raised(values.found)}Weighed: ${values.found.title}.`
          : "";
  });
  return [state, found];
}
