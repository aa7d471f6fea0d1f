// What happened: the cause, how long ago, how badly, and to whom.

import { h, put, unique } from "../core/dom.js";
import { percent, short, span } from "../core/format.js";
import { makePresets } from "../core/presets.js";
import { follow } from "../core/store.js";
import { EXAMPLES, asBegun } from "./examples.js";
import { makeSlider } from "./slider.js";
import { makeSuspects } from "./suspects.js";

const LEAST_days = 3;
const OFTEN = 0.12;
const STEPS = 200;
const PERSON = ["age_years", "pain_sensitivity", "distress", "sleep", "renal_clearance_mL_min"];
const PLAIN = {
  pain_sensitivity: "Sensitivity to pain",
  distress: "Distress",
  sleep: "Usual sleep",
  renal_clearance_mL_min: "Kidneys (creatinine clearance)",
};
const ONLY_FOR = { hba1c_percent: "diabetic_neuropathy" };

/** Whether who it is and what happened is as an example has it. */
const isBegun = (begun, { cause, days, areas, covariates }) =>
  begun.cause === cause &&
  begun.days === days &&
  areas.size === begun.areas.size &&
  [...areas].every((area) => begun.areas.has(area)) &&
  JSON.stringify(begun.covariates) === JSON.stringify(covariates);

/** How often people with a cause hurt in the areas, on average over them. */
function overlap(body, areas, cause) {
  const chances = [...areas].map((area) => body.areas[area]?.causes[cause] ?? 0);
  return chances.length === 0 ? 0 : chances.reduce((sum, one) => sum + one, 0) / chances.length;
}

function makeCause(model, body) {
  const { store, values, library } = model;
  const id = unique("cause");
  const note = unique("cause-note");
  const select = h("select", {
    id,
    "aria-describedby": note,
    onchange: () =>
      store.change({ cause: select.value, overrides: {}, covariates: {}, treatments: new Map() }),
  });
  const about = h("p", { id: note, class: "hint" });
  follow(store, ["areas", "cause"], () => {
    const ranked = library.causes
      .map((cause) => ({ cause, share: overlap(body, values.areas, cause.name) }))
      .sort((a, b) => b.share - a.share);
    const option = ({ cause }) => h("option", { value: cause.name }, cause.label);
    const often = ranked.filter(({ share }) => share >= OFTEN);
    const others = ranked
      .filter(({ share }) => share < OFTEN)
      .sort((a, b) => a.cause.label.localeCompare(b.cause.label));
    put(
      select,
      often.length > 0 ? h("optgroup", { label: "Often felt there" }, often.map(option)) : null,
      others.length > 0
        ? h("optgroup", { label: often.length > 0 ? "Others" : "All" }, others.map(option))
        : null,
    );
    select.value = values.cause;
    const { description } = model.cause();
    put(about, `${description.charAt(0).toUpperCase()}${description.slice(1)}.`);
  });
  return [h("div", { class: "field" }, h("label", { for: id }, "Cause"), select), about];
}

/** Time on a scale that is fine in days and coarse in years. */
function makeTime(model) {
  const { store, values } = model;
  const toDays = (at) => Math.round(LEAST_days * (model.mostDays() / LEAST_days) ** (at / STEPS));
  const toStep = (days) =>
    (STEPS * Math.log(days / LEAST_days)) / Math.log(model.mostDays() / LEAST_days);
  const slider = makeSlider({
    label: "Time since onset",
    low: 0,
    high: STEPS,
    step: 1,
    value: toStep(values.days),
    words: (at) => span(toDays(at)),
    moved: (at) => store.change({ days: toDays(at) }),
  });
  // A hand comes near: from now on it should not have to wait.
  for (const name of ["pointerenter", "pointerdown", "focus"])
    slider.input.addEventListener(name, model.lookAhead);
  const note = h("p", { class: "hint" });
  follow(store, ["cause", "days"], () => {
    if (values.days > model.mostDays()) store.change({ days: model.mostDays() });
    if (document.activeElement !== slider.input) slider.set(toStep(values.days));
    put(note, `Onset: ${model.cause().onset}.`);
  });
  return [slider.element, note];
}

function makeCovariate(model, name, label) {
  const { store, values, library } = model;
  const { low, high, unit } = library.covariates.find((one) => one.name === name);
  const usual = () => values.covariates[name] ?? model.cause().usual[name];
  const words = (value) => {
    if (name === "severity") return value < 0.35 ? "mild" : value < 0.65 ? "moderate" : "severe";
    if (name === "persistence") return `longer than ${percent(value)}`;
    if (unit === "fold") return `×${value.toFixed(2)}`;
    return unit === "0-1"
      ? `${Math.round(100 * value)} %`
      : `${short(Math.round(10 * value) / 10)} ${unit}`;
  };
  const whole = high - low > 50;
  const slider = makeSlider({
    label,
    low,
    high: unit === "fold" ? 3 : high,
    step: whole ? 1 : 0.01 * Math.max(1, Math.round((high - low) / 5)),
    value: usual(),
    words,
    moved: (value) => store.change({ covariates: { ...values.covariates, [name]: value } }),
  });
  follow(store, ["cause", "covariates"], () => {
    if (document.activeElement !== slider.input) slider.set(usual());
    slider.element.hidden = ONLY_FOR[name] !== undefined && ONLY_FOR[name] !== values.cause;
  });
  return slider.element;
}

/** Where to begin. */
export function makeExamples({ store, values }) {
  const presets = makePresets(EXAMPLES, {
    isSet: (one) => isBegun(asBegun(one), values),
    take: (one) => store.change(asBegun(one)),
  });
  follow(store, ["cause", "days", "areas", "covariates"], presets.refresh);
  return presets.element;
}

/** The part of the panel; `body` says which causes hurt where. */
export function makeHappened(model, body) {
  const person = h(
    "details",
    { class: "more" },
    h("summary", {}, "About the person"),
    h("p", { class: "hint" }, "What is left alone is as in the middle of people with this cause."),
    makeCovariate(model, "hba1c_percent", "Blood sugar (HbA1c)"),
    PERSON.map((name) => makeCovariate(model, name, PLAIN[name] ?? "Age")),
  );
  return [
    ...makeCause(model, body),
    makeSuspects(model),
    ...makeTime(model),
    makeCovariate(model, "severity", "How badly it struck"),
    makeCovariate(model, "persistence", "How long it lasts"),
    person,
  ];
}
