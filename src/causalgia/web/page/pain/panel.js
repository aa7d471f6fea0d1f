// The panel of the tab Pain: what one says on the left, what comes of it on the right.

import { h, put } from "../core/dom.js";
import { capital, rating } from "../core/format.js";
import { keepWritten } from "../core/given.js";
import { follow } from "../core/store.js";
import { makeExamples, makeHappened } from "./happened.js";
import { makeMechanisms } from "./mechanisms.js";
import { makeModel } from "./model.js";
import { makeResults } from "./results.js";
import { regionOf, siteName } from "./sites.js";
import { makeTreatments } from "./treatments.js";
import { makeWhere } from "./where.js";
import { makeWhole } from "./whole.js";
import { readWritten, written } from "./written.js";

const SLOW_ms = 1500;
const LATE_ms = 180;

function section(title, parts, isOpen = true) {
  return h(
    "details",
    { class: "step", open: isOpen },
    h("summary", {}, h("h2", {}, title)),
    h("div", { class: "step-body" }, parts),
  );
}

/** What stays in sight on a phone: the pain, while one moves things above. */
function makeBar({ store, values }, results) {
  const text = h("span");
  const go = () => results.scrollIntoView({ block: "start" });
  follow(store, ["points"], () => {
    if (!values.points) return;
    const [untreated, treated = null] = values.points;
    put(
      text,
      "Pain ",
      h("b", {}, rating(untreated.rating.rest)),
      treated ? [" → ", h("b", { class: "treated" }, rating(treated.rating.rest))] : null,
    );
  });
  return h(
    "button",
    { type: "button", class: "phone-bar", onclick: go },
    text,
    h("span", { class: "go-why" }, "See why"),
  );
}

const SET = ["cause", "days", "areas", "covariates", "treatments", "overrides", "test"];

/** Keep state and address at one; **returns** the line that says what of an address cannot be. */
function keepState(model, body, address) {
  const { store, values, library, index, mostDays } = model;
  const known = {
    index,
    mostDays,
    covariates: new Map(library.covariates.map((one) => [one.name, one])),
  };
  const names = new Set(Object.keys(body.areas));
  const kept = keepWritten(address, "pain", {
    written: (state = values) => written(state),
    read: (params) => readWritten(params, known, names),
    take: store.change,
  });
  store.listen((changed) => {
    if (SET.some((name) => changed.has(name))) kept.note();
  });
  return kept.element;
}

/**
 * Fill the panel; `runInFull()` takes its state to where it is run with many virtual patients.
 * **Returns:** the model, so that other tabs can take its state.
 */
export function makePain(panel, library, body, { address, runInFull }) {
  const model = makeModel(library);
  const { store, values } = model;
  const leftOut = keepState(model, body, address);
  model.region = () => regionOf(body, values.areas);
  model.siteName = (place) => siteName(library, model.region(), place);
  model.placeName = (place) => capital(model.siteName(place));

  const isNarrow = matchMedia("(max-width: 860px)").matches;
  const whole = makeWhole(model);
  const mechanisms = makeMechanisms(model, whole.start);
  const mechanismStep = section("Mechanisms", mechanisms.parts, false);
  const openPlace = (place) => {
    mechanismStep.open = true;
    mechanisms.open(place);
  };
  const slow = h(
    "p",
    { class: "slow hint", role: "status", hidden: true },
    "The first answer takes longer: the model is being made ready.",
  );
  const problem = h("p", { class: "problem", role: "alert", hidden: true });
  // What is shown is paler then; assistive technology hears of it by aria-busy.
  const late = h(
    "p",
    { class: "late", "aria-hidden": "true", hidden: true },
    h("span", {}, "Computing …"),
  );
  const results = h(
    "div",
    { class: "results", "aria-busy": "true" },
    problem,
    slow,
    late,
    makeResults(model, { openPlace, runInFull, whole: whole.element }),
  );
  let lateTimer = 0;
  const drawLate = () => {
    lateTimer = 0;
    results.classList.toggle("late-today", values.isLate);
    results.classList.toggle("late-course", values.isLate || values.isBusy);
    late.hidden = !(values.isLate || values.isBusy) || Boolean(values.problem);
  };
  // Most answers come before one could see that they are waited for.
  const showLate = () => {
    if (!(values.isLate || values.isBusy)) {
      clearTimeout(lateTimer);
      drawLate();
    } else if (lateTimer === 0) lateTimer = setTimeout(drawLate, LATE_ms);
  };
  follow(store, ["problem", "isBusy", "isLate"], () => {
    problem.hidden = !values.problem;
    problem.textContent = values.problem ?? "";
    results.setAttribute("aria-busy", String(values.isBusy || (values.isLate && !values.problem)));
    showLate();
  });
  let timer = 0;
  follow(store, ["course"], () => results.classList.toggle("no-course", !values.course));
  follow(store, ["points"], () => {
    results.classList.toggle("waiting", !values.points);
    clearTimeout(timer);
    slow.hidden = true;
    if (!values.points) timer = setTimeout(() => (slow.hidden = false), SLOW_ms);
  });

  put(
    panel,
    h(
      "div",
      { class: "workbench" },
      h(
        "div",
        { class: "rail", role: "region", "aria-label": "The case" },
        h("h1", {}, "Where does it hurt, and why?"),
        leftOut,
        makeExamples(model),
        section("Where", makeWhere(model, body)),
        section("What happened", makeHappened(model, body)),
        section("Treatments", makeTreatments(model), !isNarrow),
        mechanismStep,
      ),
      results,
    ),
    makeBar(model, results),
  );
  model.start();
  return model;
}
