// What comes of it: the answer, the nerve's way, why, what is felt, and the outlook.

import { h } from "../core/dom.js";
import { makeAnswer } from "./answer.js";
import { makeQualities, makeRatings } from "./felt.js";
import { makeOutlook } from "./outlook.js";
import { makeReasons } from "./reasons.js";
import { makeWay } from "./way.js";

/**
 * The right side of the panel; `openPlace(place)` shows the mechanisms of a place, `runInFull()` has
 * the case answered with many virtual patients.
 */
export const makeResults = (model, { openPlace, runInFull }) => [
  makeAnswer(model),
  makeWay(model, openPlace),
  makeReasons(model, runInFull),
  h("div", { class: "halves" }, makeRatings(model), makeQualities(model)),
  makeOutlook(model),
];
