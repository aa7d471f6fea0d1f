// What comes of it: the answer, the nerve's way, why, what is felt, and the outlook.

import { h } from "../core/dom.js";
import { makeAnswer } from "./answer.js";
import { makeQualities, makeRatings } from "./felt.js";
import { makeOutlook } from "./outlook.js";
import { makeReasons } from "./reasons.js";
import { makeWay } from "./way.js";

/**
 * The right side of the panel; `openPlace(place)` shows the mechanisms of a place, `runInFull()`
 * has the case answered with many virtual patients, `whole` integrates all membranes.
 */
export const makeResults = (model, { openPlace, runInFull, whole }) => [
  of("today", makeAnswer(model)),
  of("today", makeWay(model, openPlace)),
  of("today", makeReasons(model, runInFull)),
  of("today", h("div", { class: "halves" }, makeRatings(model), makeQualities(model))),
  of("course", makeOutlook(model)),
  whole,
];

/** Note what a part is made of: it is shown paler while that is not yet of what is set. */
function of(what, element) {
  element.dataset.of = what;
  return element;
}
