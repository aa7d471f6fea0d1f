// The panel of the tab Pain: what one says on the left, what comes of it on the right.

import { h, put } from "../core/dom.js";
import { capital, rating } from "../core/format.js";
import { follow } from "../core/store.js";
import { EXAMPLES } from "./examples.js";
import { makeExamples, makeHappened } from "./happened.js";
import { makeMechanisms } from "./mechanisms.js";
import { makeModel } from "./model.js";
import { makeResults } from "./results.js";
import { regionOf, siteName } from "./sites.js";
import { makeTreatments } from "./treatments.js";
import { makeWhere } from "./where.js";

const SLOW_ms = 1500;

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

/**
 * Fill the panel; `runInFull()` takes its state to where it is run with many virtual patients.
 * **Returns:** the model, so that other tabs can take its state.
 */
export function makePain(panel, library, body, { runInFull }) {
  const model = makeModel(library, EXAMPLES[0]);
  const { store, values } = model;
  model.region = () => regionOf(body, values.areas);
  model.siteName = (place) => siteName(library, model.region(), place);
  model.placeName = (place) => capital(model.siteName(place));

  const isNarrow = matchMedia("(max-width: 860px)").matches;
  const mechanisms = makeMechanisms(model);
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
  const results = h(
    "div",
    { class: "results", "aria-busy": "true" },
    problem,
    slow,
    makeResults(model, { openPlace, runInFull }),
  );
  follow(store, ["problem", "isBusy"], () => {
    problem.hidden = !values.problem;
    problem.textContent = values.problem ?? "";
    results.setAttribute("aria-busy", String(values.isBusy));
  });
  let timer = 0;
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
