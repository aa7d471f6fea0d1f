// The mechanisms, place by place, as sliders: as the disease has them, or moved by hand.

import { h } from "../core/dom.js";
import { follow } from "../core/store.js";
import { PLACES } from "../figures/nerve_layouts.js";
import { makeSlider } from "./slider.js";
import { FIBERS, QUANTITIES, valueOf } from "./words.js";

const STEPS = 100;
const FIBERS_TOO = "Integrate the fibers themselves";
const INTEGRATED = {
  terminal: FIBERS_TOO,
  distal_nerve: FIBERS_TOO,
  proximal_nerve: FIBERS_TOO,
  root: FIBERS_TOO,
  cord: "Integrate the cord itself",
};

function makeEntry(model, entry, description) {
  const { store, values } = model;
  const slider = makeSlider({
    label: entry.fiber ? `${FIBERS[entry.fiber]} fibers` : "All of it",
    low: entry.low,
    high: entry.high,
    step: (entry.high - entry.low) / STEPS,
    value: entry.healthy,
    words: (value) => valueOf(entry, value),
    moved: (value) => store.change({ overrides: { ...values.overrides, [entry.name]: value } }),
    description,
  });
  slider.input.setAttribute(
    "aria-label",
    `${QUANTITIES[entry.quantity] ?? entry.quantity}${entry.fiber ? `, ${FIBERS[entry.fiber]} fibers` : ""}`,
  );
  if (!entry.fiber) slider.element.classList.add("unnamed");
  slider.element.dataset.mechanism = entry.name;
  const healthy = (entry.healthy - entry.low) / (entry.high - entry.low);
  slider.input.style.setProperty("--healthy", `${100 * healthy}%`);
  return { entry, slider };
}

/**
 * The part of the panel; `integrate()` has fibers and cord themselves computed. **Returns:** its
 * `parts`, and `open(place)`.
 */
export function makeMechanisms(model, integrate) {
  const { store, values, library } = model;
  const made = [];
  const groups = new Map();

  for (const place of PLACES) {
    const own = library.mechanisms.filter((entry) => entry.place === place);
    const quantities = [...new Set(own.map(({ quantity }) => quantity))];
    const count = h("span", { class: "tag" });
    const title = h("span", {});
    const fields = quantities.map((quantity) => {
      const members = own.filter((entry) => entry.quantity === quantity);
      const id = `about-${place}-${quantity}`;
      const entries = members.map((entry) => makeEntry(model, entry, id));
      made.push(...entries);
      return h(
        "fieldset",
        { class: "mechanism" },
        h("legend", {}, QUANTITIES[quantity] ?? quantity),
        h("p", { class: "hint", id }, `${members[0].description}.`),
        entries.map(({ slider }) => slider.element),
      );
    });
    const element = h(
      "details",
      { class: "place", "data-place": place },
      h("summary", {}, title, count),
      INTEGRATED[place]
        ? h("button", { type: "button", class: "plain", onclick: integrate }, INTEGRATED[place])
        : null,
      fields,
    );
    groups.set(place, { element, count, title });
  }

  const undo = h(
    "button",
    { type: "button", class: "plain", onclick: () => store.change({ overrides: {} }) },
    "Undo what was moved by hand",
  );
  const refresh = () => {
    const now = model.mechanisms();
    for (const { entry, slider } of made) {
      const isSeen = groups.get(entry.place).element.open;
      if (isSeen && document.activeElement !== slider.input)
        slider.set(now[entry.name] ?? entry.healthy);
      slider.element.classList.toggle("by-hand", entry.name in values.overrides);
    }
    for (const [place, { count, title }] of groups) {
      const moved = made.filter(({ entry }) => {
        const value = now[entry.name] ?? entry.healthy;
        return (
          entry.place === place && Math.abs(value - entry.healthy) > 0.02 * (entry.high - entry.low)
        );
      });
      title.textContent = model.placeName(place);
      count.textContent = moved.length > 0 ? `${moved.length} changed` : "";
    }
    undo.hidden = Object.keys(values.overrides).length === 0;
  };
  follow(store, ["course", "points", "overrides", "days", "areas"], refresh);
  for (const { element } of groups.values()) element.addEventListener("toggle", refresh);

  return {
    parts: [
      h(
        "p",
        { class: "hint" },
        "The notch is health; the disease has moved the handle. Move it further and see. The outlook follows the disease, not your hand.",
      ),
      undo,
      [...groups.values()].map(({ element }) => element),
    ],
    open(place) {
      const { element } = groups.get(place);
      element.open = true;
      refresh();
      element.scrollIntoView({ block: "nearest" });
      element.querySelector("summary").focus();
    },
  };
}
