// What is done about it: treatments as switches, with their dose and place.

import { h, put, unique } from "../core/dom.js";
import { capital, short } from "../core/format.js";
import { follow } from "../core/store.js";
import { makeSlider } from "./slider.js";
import { KINDS } from "./words.js";

const MOST = 6;
const STEPS = 40;

/** A step that makes round doses. */
function stepOf({ usual, maximum }) {
  const wanted = maximum / STEPS;
  const size = 10 ** Math.floor(Math.log10(wanted));
  const nice = [1, 2, 5, 10].map((one) => one * size).filter((one) => one >= wanted * 0.99);
  return nice.find((one) => Math.abs(usual / one - Math.round(usual / one)) < 1e-6) ?? size;
}

function makeChosen(model, treatment, noteMoved) {
  const { store, values } = model;
  const change = (some) => {
    const treatments = new Map(values.treatments);
    const taken = { ...treatments.get(treatment.name), ...some };
    treatments.set(treatment.name, taken);
    noteMoved(taken);
    store.change({ treatments });
  };
  const own = values.treatments.get(treatment.name);
  const parts = [h("p", { class: "hint" }, treatment.acts_on)];
  if (treatment.doubt)
    parts.push(
      h("p", { class: "doubt" }, h("b", {}, "Trials tell otherwise: "), `${treatment.doubt}.`),
    );
  if (treatment.dose) {
    const step = stepOf(treatment.dose);
    parts.push(
      makeSlider({
        label: "Dose",
        low: step,
        high: treatment.dose.maximum,
        step,
        value: own.dose ?? treatment.dose.usual,
        words: (value) => `${short(value)} ${treatment.dose.unit}`,
        moved: (dose) => change({ dose }),
      }).element,
    );
  }
  if (treatment.needs_place) {
    const id = unique("place");
    const select = h(
      "select",
      { id, onchange: () => change({ place: select.value }) },
      treatment.places.map((place) =>
        h("option", { value: place }, capital(model.siteName(place))),
      ),
    );
    select.value = own.place;
    parts.push(h("div", { class: "field" }, h("label", { for: id }, "Where"), select));
  }
  return h("div", { class: "chosen-more" }, parts);
}

/** Whether a treatment can do anything for a cause at all. */
const applies = (treatment, cause) =>
  !treatment.is_cause_control || cause.removable_by.includes(treatment.name);

/** The part of the panel. */
export function makeTreatments(model) {
  const { store, values, library } = model;
  const search = unique("treatment-search");
  const input = h("input", {
    id: search,
    type: "search",
    placeholder: "gabapentin, block, stimulation …",
    autocomplete: "off",
  });
  const list = h("div", { class: "treatments" });
  const chosenList = h("div", {
    class: "chosen",
    role: "group",
    "aria-label": "Chosen treatments",
  });
  const note = h("p", { class: "hint", role: "status" });
  const rows = new Map();

  function toggle(treatment, on) {
    const treatments = new Map(values.treatments);
    if (on && treatments.size >= MOST) {
      put(note, `At most ${MOST} at a time.`);
      rows.get(treatment.name).box.checked = false;
      return;
    }
    put(note);
    if (on)
      treatments.set(treatment.name, {
        dose: null,
        place: treatment.needs_place ? treatment.places[0] : null,
      });
    else treatments.delete(treatment.name);
    store.change({ treatments, showTreated: true });
  }

  function makeRow(treatment) {
    const box = h("input", {
      type: "checkbox",
      role: "switch",
      onchange: () => toggle(treatment, box.checked),
    });
    const more = h("div");
    const name = h(
      "span",
      {},
      treatment.label,
      treatment.investigational ? h("span", { class: "tag" }, "trial stage") : null,
    );
    const element = h(
      "div",
      { class: "treatment", "data-treatment": treatment.name },
      h("label", { class: "switch" }, box, name),
      more,
    );
    rows.set(treatment.name, { box, more, element, treatment });
    return element;
  }

  const groups = Object.entries(KINDS).map(([kind, label]) => {
    const own = library.treatments.filter((one) => one.kind === kind);
    const element = h("fieldset", {}, h("legend", {}, label), own.map(makeRow));
    const order = [...element.children];
    for (const { name } of own) Object.assign(rows.get(name), { home: element, order });
    return { element, names: own.map(({ name }) => name) };
  });
  put(
    list,
    groups.map(({ element }) => element),
  );

  function filter() {
    const wanted = input.value.trim().toLowerCase();
    for (const { element, names } of groups) {
      let any = false;
      for (const name of names) {
        const { treatment, element: row } = rows.get(name);
        const matches = `${treatment.label} ${treatment.kind} ${treatment.acts_on}`
          .toLowerCase()
          .includes(wanted);
        const chosen = values.treatments.has(name);
        row.hidden = !chosen && !(matches && applies(treatment, model.cause()));
        any ||= !row.hidden && !chosen;
      }
      element.hidden = !any;
    }
  }
  input.addEventListener("input", filter);

  /** What is chosen stands above the list; the hand stays on it. */
  function place(name, on) {
    const { element, box, home, order } = rows.get(name);
    const to = on ? chosenList : home;
    if (element.parentNode === to) return;
    const focused = document.activeElement === box;
    if (on) to.append(element);
    else
      to.insertBefore(
        element,
        [...to.children].find((other) => order.indexOf(other) > order.indexOf(element)) ?? null,
      );
    if (focused) box.focus();
  }

  let shown = new Map();
  let moved = null;
  const noteMoved = (own) => {
    moved = own;
  };
  follow(store, ["treatments", "cause"], () => {
    for (const [name, { box, more, element, treatment }] of rows) {
      const on = values.treatments.has(name);
      box.checked = on;
      element.classList.toggle("on", on);
      place(name, on);
      const own = values.treatments.get(name);
      // Drawn anew only where it was set elsewhere: a hand may be on the dose.
      if (on && (!shown.has(name) || (own !== shown.get(name) && own !== moved)))
        put(more, makeChosen(model, treatment, noteMoved));
      if (!on) put(more);
    }
    shown = new Map(values.treatments);
    filter();
  });

  const warnings = h("ul", { class: "warnings", "aria-label": "Warnings" });
  follow(store, ["points", "treatments"], () => {
    const found = values.treatments.size > 0 ? (values.points?.[1]?.warnings ?? []) : [];
    put(
      warnings,
      found.map((text) => h("li", {}, text)),
    );
    warnings.hidden = found.length === 0;
  });
  return [
    h("div", { class: "field" }, h("label", { for: search }, "Find a treatment"), input),
    note,
    chosenList,
    warnings,
    list,
  ];
}
