// The answer in three numbers: pain now, with treatment, and without input.

import { h, put, say } from "../core/dom.js";
import { percent, rating, span } from "../core/format.js";
import { follow } from "../core/store.js";

/** The three numbers; a change is spoken once it rests. */
export function makeAnswer(model) {
  const { store, values } = model;
  const now = h("p", { class: "big now" });
  const treated = h("p", { class: "big treated" });
  const without = h("p", { class: "big central" });
  const tile = (title, number, note, className) =>
    h("div", { class: `tile ${className}` }, h("h2", {}, title), number, note);
  const notes = [h("p"), h("p"), h("p")];
  const treatedTile = tile("With treatment", treated, notes[1], "treated-tile");
  const spoken = h("p", { class: "unseen", role: "status" });
  let timer = 0;
  follow(store, ["points", "treatments"], () => {
    const { points } = values;
    if (!points) return;
    const [untreated, after = null] = points;
    const { rest } = untreated.rating;
    put(now, rating(rest));
    put(notes[0], `of 10 at rest, ${span(values.days)} after onset`);
    treatedTile.classList.toggle("empty", !after);
    put(treated, after ? rating(after.rating.rest) : "–");
    put(
      notes[1],
      after
        ? `in full effect: ${percent(Math.max(1 - after.rating.rest / Math.max(rest, 0.01), 0))} less`
        : "Choose a treatment and see.",
    );
    put(without, rating(untreated.rating_without_input));
    put(notes[2], "if no spike reached the spinal cord");
    clearTimeout(timer);
    // Spoken once the hand rests, not at each step of a slider.
    timer = setTimeout(() => {
      say(
        spoken,
        `Pain at rest ${rating(rest)} of 10${after ? `, with treatment ${rating(after.rating.rest)}` : ""}.`,
      );
    }, 600);
  });
  return h(
    "div",
    { class: "tiles" },
    tile("Pain now", now, notes[0], ""),
    treatedTile,
    tile("Without input", without, notes[2], ""),
    spoken,
  );
}
