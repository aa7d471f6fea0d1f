// The state of the tab Pain as it is written in the address, and read from there: never believed.

import { numberIn, quoted } from "../core/given.js";
import { EXAMPLES, asBegun } from "./examples.js";
import { TESTS } from "./words.js";

const LEAST_days = 3;
const MOST_AREAS = 60;
const MOST_TREATMENTS = 6;
const DIGITS = 4;

/** What the panel begins with, and what an address without anything means. */
export const beginning = () => asBegun(EXAMPLES[0]);

const number = (value) => String(Number(value.toPrecision(DIGITS)));

function all({ cause, days, areas, covariates, treatments, overrides, test }) {
  const params = new URLSearchParams({ cause, days: String(days) });
  if (areas.size > 0) params.set("areas", [...areas].join(","));
  for (const [name, value] of Object.entries(covariates)) params.set(name, number(value));
  for (const [name, { dose, place }] of treatments) {
    const parts = [name, dose ? number(dose) : "", place ?? ""];
    params.append("treat", parts.join(":").replace(/:+$/, ""));
  }
  for (const [name, value] of Object.entries(overrides)) params.set(name, number(value));
  if (test !== "rest") params.set("test", test);
  return params;
}

/** The state as parameters of an address; none where it is as at the beginning. */
export function written(values) {
  const params = all(values);
  return String(params) === String(all(beginning())) ? new URLSearchParams() : params;
}

function treatmentIn(text, index, left) {
  const [name, dose = "", place = "", ...rest] = text.split(":");
  const treatment = index.treatments.get(name);
  if (!treatment || rest.length > 0) {
    left(`treatment ${quoted(text)}`);
    return null;
  }
  const taken = { dose: null, place: treatment.needs_place ? treatment.places[0] : null };
  if (dose) {
    taken.dose = treatment.dose ? numberIn(dose, 1e-9, treatment.dose.maximum) : null;
    if (!taken.dose) left(`dose ${quoted(dose)} of ${treatment.label}`);
    taken.dose ||= null;
  }
  if (place) {
    if (treatment.needs_place && treatment.places.includes(place)) taken.place = place;
    else left(`place ${quoted(place)} of ${treatment.label}`);
  }
  return [name, taken];
}

/**
 * The state that an address means, `index` and `mostDays(cause)` as the model has them, `names` the
 * areas of the body. **Returns:** the `state`, and what was `left` out as it cannot be, in words.
 */
export function readWritten(params, { index, mostDays, covariates }, names) {
  const state = beginning();
  const found = [];
  const left = (words) => found.push(words);
  if ([...params.keys()].length === 0) return { state, left: found };

  Object.assign(state, { covariates: {}, overrides: {} });
  for (const [key, text] of params) {
    if (key === "cause") {
      if (index.causes.has(text)) state.cause = text;
      else left(`cause ${quoted(text)}`);
    } else if (key === "areas") {
      const given = text.split(",").slice(0, MOST_AREAS);
      state.areas = new Set(given.filter((area) => names.has(area)));
      const unknown = given.filter((area) => area && !names.has(area));
      if (unknown.length > 0) left(`area ${quoted(unknown[0])}`);
    } else if (key === "treat") {
      const one = treatmentIn(text, index, left);
      if (one && state.treatments.size < MOST_TREATMENTS) state.treatments.set(...one);
    } else if (key === "test") {
      if (Object.hasOwn(TESTS, text)) state.test = text;
      else left(`test ${quoted(text)}`);
    } else if (key !== "days") {
      const covariate = covariates.get(key);
      const bounds = covariate ?? index.mechanisms.get(key);
      const value = bounds ? numberIn(text, bounds.low, bounds.high) : null;
      if (value === null) left(bounds ? `${key} ${quoted(text)}` : quoted(key));
      else (covariate ? state.covariates : state.overrides)[key] = value;
    }
  }
  if (params.has("days")) {
    const days = numberIn(params.get("days"), LEAST_days, mostDays(state.cause));
    if (days === null) left(`${quoted(params.get("days"))} days`);
    else state.days = Math.round(days);
  }
  state.days = Math.min(state.days, mostDays(state.cause));
  return { state, left: found };
}
