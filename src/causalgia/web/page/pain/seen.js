// What the nerve's way shows of a state: spikes born by place, by fiber, and what becomes of them.

import { hertz, listed, percent, rating } from "../core/format.js";
import { PERIPHERAL } from "../figures/nerve_layouts.js";

const SPIKELESS_Hz = 0.05;
const MOVED = 0.02;

const sum = (numbers) => numbers.reduce((total, one) => total + one, 0);

/** Spikes born at each place by fiber: those at rest, and in the skin those that a test evokes. */
export function bornBy(point, test) {
  const born = Object.fromEntries(
    PERIPHERAL.map((place) => [place, { ...point.origin_Hz[place] }]),
  );
  if (test !== "rest") {
    for (const [fiber, rate] of Object.entries(point.afferent_Hz[test])) {
      const evoked = Math.max(rate - point.afferent_Hz.rest[fiber], 0);
      born.terminal[fiber] += evoked;
    }
  }
  return born;
}

/** The places whose mechanisms a treatment moves. */
function treatedPlaces(model, untreated, treated) {
  const places = new Set();
  if (!treated) return places;
  for (const entry of model.library.mechanisms) {
    const before = untreated.mechanisms[entry.name] ?? entry.healthy;
    const after = treated.mechanisms[entry.name] ?? entry.healthy;
    if (Math.abs(after - before) > MOVED * (entry.high - entry.low)) places.add(entry.place);
  }
  return places;
}

/** What is seen with or without treatment in a test. */
export function seeing(model, { points, test, showTreated }) {
  const treated = points[1] ?? null;
  const point = treated && showTreated ? treated : points[0];
  const born = bornBy(point, test);
  const born_Hz = Object.fromEntries(
    PERIPHERAL.map((place) => [place, sum(Object.values(born[place]))]),
  );
  const total_Hz = sum(Object.values(born_Hz));
  const fibers = ["c", "a_delta", "a_beta"];
  const lanes_Hz = Object.fromEntries(
    fibers.map((fiber) => [
      fiber,
      Object.fromEntries(PERIPHERAL.map((place) => [place, born[place][fiber]])),
    ]),
  );
  const names = Object.fromEntries(
    [...PERIPHERAL, "cord", "brain"].map((place) => [place, model.placeName(place)]),
  );
  const main = PERIPHERAL.reduce((most, place) => (born_Hz[place] > born_Hz[most] ? place : most));
  const shares = PERIPHERAL.filter((place) => born_Hz[place] >= SPIKELESS_Hz).map(
    (place) => `${percent(born_Hz[place] / total_Hz)} at ${names[place]}`,
  );
  const description =
    "The nerve's way from the skin to the brain. " +
    (shares.length > 0
      ? `Spikes are born ${listed(shares)}. `
      : "No spikes are born along the nerve. ") +
    `The spinal cord sends ${hertz(point.projection_Hz[test])} to the brain; pain ${rating(point.rating[test])} of 10.`;
  return {
    born_Hz,
    total_Hz,
    lanes_Hz,
    names,
    description,
    mainPlace: total_Hz >= SPIKELESS_Hz ? main : null,
    projection_Hz: point.projection_Hz[test],
    rating: point.rating[test],
    treatedPlaces: showTreated ? treatedPlaces(model, points[0], treated) : new Set(),
  };
}
