// The nerve's way of the case: which test, treated or not, and its figure.

import { h } from "../core/dom.js";
import { follow } from "../core/store.js";
import { makeFigure } from "../figures/figure.js";
import { makeNerve } from "../figures/nerve.js";
import { PERIPHERAL } from "../figures/nerve_layouts.js";
import { bornBy, seeing } from "./seen.js";
import { segments } from "./segments.js";
import { TESTS } from "./words.js";

/** The figure; `openPlace(place)` is told which station was chosen. */
export function makeWay(model, openPlace) {
  const { store, values } = model;
  const nerve = makeNerve(openPlace);
  const tests = segments(
    "What is done to the skin",
    Object.entries(TESTS),
    () => values.test,
    (test) => store.change({ test }),
  );
  const arms = segments(
    "Which state to show",
    [
      ["no", "Untreated"],
      ["yes", "Treated"],
    ],
    () => (values.showTreated ? "yes" : "no"),
    (name) => store.change({ showTreated: name === "yes" }),
  );
  const figure = makeFigure({
    name: "nerve",
    title: "From the skin to the brain",
    lead: "Each dot is a spike. Light shows where they are born.",
    draw: nerve.draw,
    rows: () => {
      const rows = [["state", "test", "place", "fiber", "born_Hz"]];
      values.points.forEach((point, i) => {
        const born = bornBy(point, values.test);
        for (const place of PERIPHERAL) {
          for (const [fiber, rate] of Object.entries(born[place]))
            rows.push([i ? "treated" : "untreated", values.test, place, fiber, rate]);
        }
        rows.push([
          i ? "treated" : "untreated",
          values.test,
          "cord",
          "projection",
          point.projection_Hz[values.test],
        ]);
      });
      return rows;
    },
    controls: [h("div", { class: "controls" }, tests.element, arms.element, nerve.pause)],
  });
  figure.caption(
    "Spikes of one fiber in each class, in real time; speeds are not to scale, and of those in the tract every fourth is drawn. Choose a station to see its mechanisms.",
  );
  follow(store, ["points", "test", "showTreated", "areas"], () => {
    tests.refresh();
    arms.refresh();
    arms.element.hidden = values.treatments.size === 0;
    if (values.points) nerve.show(seeing(model, values));
  });
  return figure.element;
}
