// How much it hurts in each test, and what it feels like.

import { percent, rating } from "../core/format.js";
import { follow } from "../core/store.js";
import { makeFigure } from "../figures/figure.js";
import { drawPairs } from "../figures/pairs.js";
import { TESTS } from "./words.js";

function makePairs(model, { name, title, lead, entriesOf, most, words, labelWidth }) {
  const { store, values } = model;
  const entries = () => {
    const [untreated, treated = null] = values.points ?? [];
    return untreated ? entriesOf(untreated, treated) : [];
  };
  const figure = makeFigure({
    name,
    title,
    lead,
    draw: (width) => {
      const found = entries();
      const said = found.map(
        (one) =>
          `${one.label} ${words(one.now)}${one.treated === null ? "" : `, treated ${words(one.treated)}`}`,
      );
      return drawPairs(width, {
        entries: found,
        most,
        words,
        labelWidth,
        description: `${title}: ${said.join("; ")}`,
      });
    },
    rows: () => [
      ["name", "untreated", "treated"],
      ...entries().map((one) => [one.label, one.now, one.treated]),
    ],
  });
  follow(store, ["points"], figure.redraw);
  return figure.element;
}

/** Pain in each test. */
export const makeRatings = (model) =>
  makePairs(model, {
    name: "pain_by_test",
    title: "How much it hurts",
    lead: "0 to 10",
    most: 10,
    words: rating,
    labelWidth: 84,
    entriesOf: (untreated, treated) =>
      Object.entries(TESTS).map(([name, label]) => ({
        label,
        now: untreated.rating[name],
        treated: treated?.rating[name] ?? null,
      })),
  });

/** How strongly each quality is felt. */
export const makeQualities = (model) =>
  makePairs(model, {
    name: "qualities",
    title: "What it feels like",
    lead: "How strongly each quality is felt",
    most: 1,
    words: percent,
    labelWidth: 124,
    entriesOf: (untreated, treated) =>
      model.library.qualities.map(({ name, label }) => ({
        label,
        now: untreated.qualities[name],
        treated: treated?.qualities[name] ?? null,
      })),
  });
