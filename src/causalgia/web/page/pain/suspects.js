// What it could be: causes that a drawing and a time speak for, weighed over stored patients.

import { post } from "../core/api.js";
import { h, put } from "../core/dom.js";
import { percentWithin } from "../core/format.js";
import { latest } from "../core/latest.js";

const MOST = 6;
const LEAST = 0.02;
// Weighing takes the server a second of work: once the hand rests, and one after the other.
const REST_ms = 400;
const PATIENCE_ms = 60_000;

/** What is known so far, as a case file has it. */
function personOf({ areas, days }) {
  return { drawing: { areas: [...areas] }, cause: { onset: `${days} days ago` } };
}

function row(cause, choose) {
  const likely = percentWithin({ ...cause, value: cause.probability });
  const bar = h("meter", {
    min: 0,
    max: 1,
    value: cause.probability,
    "aria-label": `${cause.label}: ${likely}`,
  });
  return h(
    "li",
    { class: "suspect" },
    h(
      "button",
      {
        type: "button",
        class: "link",
        "data-cause": cause.name,
        onclick: () => choose(cause.name),
      },
      cause.label,
    ),
    h("span", { class: "hint" }, likely),
    bar,
  );
}

/** The part of the panel: it asks when it is opened, and again when what is known changes. */
export function makeSuspects(model) {
  const { store, values } = model;
  const list = h("ul", { class: "suspects" });
  const said = h("p", { class: "hint", role: "status" });
  const element = h(
    "details",
    { class: "more" },
    h("summary", {}, "What could it be?"),
    h(
      "p",
      { class: "hint" },
      "How likely each cause is where it hurts and for how long it has, before anything else is asked.",
    ),
    said,
    list,
  );

  const choose = (cause) => {
    store.change({ cause, covariates: {}, overrides: {}, treatments: new Map() });
    element.querySelector("summary").focus();
  };

  const mark = () => {
    for (const button of list.querySelectorAll("[data-cause]")) {
      if (button.dataset.cause === values.cause) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    }
  };
  const weigh = latest(
    (signal) => post("/assess", { person: personOf(values) }, signal),
    (found, isNewest) => {
      if (!isNewest || values.areas.size === 0) return;
      const likely = found.causes.filter(({ probability }) => probability >= LEAST).slice(0, MOST);
      put(
        list,
        likely.map((cause) => row(cause, choose)),
      );
      mark();
      put(said, found.answers["Where does it come from?"] ?? found.title);
    },
    (error) => {
      put(list);
      put(said, error.message);
    },
    { patience_ms: PATIENCE_ms },
  );

  let timer = 0;
  function ask(rest_ms = REST_ms) {
    clearTimeout(timer);
    if (values.areas.size === 0) {
      weigh.drop();
      put(list);
      put(said, "Mark where it hurts first.");
      return;
    }
    put(said, "Weighing …");
    timer = setTimeout(weigh, rest_ms);
  }

  element.addEventListener("toggle", () => element.open && ask(0));
  store.listen((changed) => {
    if (element.open && (changed.has("areas") || changed.has("days"))) ask();
    // What is known is the same; only which of them is chosen is not.
    if (changed.has("cause")) mark();
  });
  return element;
}
