// What it could be: causes that a drawing and a time speak for, weighed over stored patients.

import { post } from "../core/api.js";
import { h, put } from "../core/dom.js";
import { percent } from "../core/format.js";

const MOST = 6;
const LEAST = 0.02;

/** What is known so far, as a case file has it. */
function personOf({ areas, days }) {
  return { drawing: { areas: [...areas] }, cause: { onset: `${days} days ago` } };
}

function row(model, cause, choose) {
  const isChosen = cause.name === model.values.cause;
  const range = `${percent(cause.low)} to ${percent(cause.high)}`;
  const bar = h("meter", {
    min: 0,
    max: 1,
    value: cause.probability,
    "aria-label": `${cause.label}: ${percent(cause.probability)}`,
  });
  return h(
    "li",
    { class: "suspect" },
    h(
      "button",
      {
        type: "button",
        class: "link",
        "aria-current": isChosen ? "true" : null,
        onclick: () => choose(cause.name),
      },
      cause.label,
    ),
    h("span", { class: "hint", title: range }, percent(cause.probability)),
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
  let number = 0;

  const choose = (cause) => {
    store.change({ cause, covariates: {}, overrides: {}, treatments: new Map() });
    element.querySelector("summary").focus();
  };

  async function ask() {
    number += 1;
    const own = number;
    if (values.areas.size === 0) {
      put(list);
      put(said, "Mark where it hurts first.");
      return;
    }
    put(said, "Weighing …");
    try {
      const found = await post("/assess", { person: personOf(values) });
      if (own !== number) return;
      const likely = found.causes.filter(({ probability }) => probability >= LEAST).slice(0, MOST);
      put(
        list,
        likely.map((cause) => row(model, cause, choose)),
      );
      put(said, found.answers["Where does it come from?"] ?? found.title);
    } catch (error) {
      if (own !== number) return;
      put(list);
      put(said, error.message);
    }
  }

  element.addEventListener("toggle", () => element.open && ask());
  store.listen((changed) => {
    if (element.open && (changed.has("areas") || changed.has("days") || changed.has("cause")))
      ask();
  });
  return element;
}
