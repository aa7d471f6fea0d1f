// Why it hurts, in words: where spikes are born, what keeps the pain going, what treatment does.

import { listed, percent, rating } from "../core/format.js";
import { PERIPHERAL } from "../figures/nerve_layouts.js";
import { bornBy, seeing } from "./seen.js";
import { FIBERS, nameOf, valueOf } from "./words.js";

const AS_IN_HEALTH = 2;
const MUCH = 0.12;
const HOLDS_ITSELF = 0.5;
const LIVES_ON_INPUT = 0.15;
const BRUSH_HURTS = 1;
const DAMPENS = 0.3;
const TOUCH_STOPPED = 0.3;
const MOST_CHANGES = 5;
const AT = { terminal: "in", distal_nerve: "at", proximal_nerve: "at", root: "at" };

const sum = (numbers) => numbers.reduce((total, one) => total + one, 0);

function whereBorn(model, point) {
  const born = bornBy(point, "rest");
  const byPlace = PERIPHERAL.map((place) => [place, sum(Object.values(born[place]))]).sort(
    (a, b) => b[1] - a[1],
  );
  const total = sum(byPlace.map(([, rate]) => rate));
  const { healthy } = model.values;
  const usual = sum(PERIPHERAL.flatMap((place) => Object.values(healthy.origin_Hz[place])));
  if (total < AS_IN_HEALTH * usual) {
    return point.rating.rest >= model.threshold()
      ? "The nerve fires by itself hardly more than a healthy one: the pain arises in the cord or above it."
      : "The nerve fires by itself hardly more than a healthy one.";
  }
  const main = byPlace.filter(([, rate]) => rate / total >= MUCH);
  const places = main.map(
    ([place, rate], i) =>
      `${percent(rate / total)}${i === 0 ? " of the spikes at rest are born" : ""} ${AT[place]} the ${model.siteName(place)}`,
  );
  const byFiber = Object.keys(FIBERS).map((fiber) => [
    fiber,
    sum(PERIPHERAL.map((place) => born[place][fiber])),
  ]);
  const [fiber] = byFiber.sort((a, b) => b[1] - a[1])[0];
  return `${listed(places)}, most of them in ${FIBERS[fiber]} fibers.`;
}

function withoutInput(model, point) {
  const { rest } = point.rating;
  const left = point.rating_without_input;
  if (rest < model.threshold()) {
    return "Untouched, it hardly hurts: by now this cause leaves most people without pain. Let it strike harder or last longer to see those it does not.";
  }
  if (left / rest >= HOLDS_ITSELF) {
    return `If no spike reached the cord, ${rating(left)} of ${rating(rest)} would stay: cord and brain keep the pain going, and a nerve block will not end it.`;
  }
  if (left / rest <= LIVES_ON_INPUT) {
    return "If no spike reached the cord, it would cease: the pain lives on what the nerve sends, and a block above its source should end it.";
  }
  return `If no spike reached the cord, ${rating(left)} of ${rating(rest)} would stay: part of the pain has settled in cord and brain.`;
}

function touch(model, point) {
  // What hurts at rest hurts under the brush as well: only what touch adds is allodynia.
  const without = Math.max(model.values.healthy.rating.brush, point.rating.rest);
  return point.rating.brush >= without + BRUSH_HURTS
    ? `A soft brush hurts (${rating(point.rating.brush)}): touch reaches the neurons of pain.`
    : null;
}

function touchStopped(untreated, treated) {
  // Touch dampens pain in the cord. Where a block stops touch too, a brush no longer does so, and
  // hurts more than it did: what reads like an error of the figures, and is none.
  if (!treated || untreated.rating.brush > untreated.rating.rest - DAMPENS) return null;
  const reaches = treated.afferent_Hz.brush.a_beta / untreated.afferent_Hz.brush.a_beta;
  return reaches < TOUCH_STOPPED
    ? `Before, a brush dampened the pain (${rating(untreated.rating.brush)} of ${rating(untreated.rating.rest)}); now touch no longer reaches the cord, and cannot.`
    : null;
}

function whereActs(model, untreated, treated) {
  const { treatedPlaces, mainPlace } = seeing(model, {
    points: [untreated, treated],
    test: "rest",
    showTreated: true,
  });
  const places = [...treatedPlaces];
  if (places.length === 0) return "In this dose it moves none of the mechanisms by much.";
  const acts = `It acts at the ${listed(places.map(model.siteName))}`;
  const born =
    treatedPlaces.has(mainPlace) || !mainPlace
      ? "."
      : `; most spikes are born at the ${model.siteName(mainPlace)}.`;
  return acts + born;
}

function whatHelps(model, untreated, treated) {
  if (!treated) return null;
  const names = [...model.values.treatments.keys()]
    .map((name) => model.index.treatments.get(name).label)
    .join(" + ");
  const change = untreated.rating.rest - treated.rating.rest;
  if (untreated.rating.rest < 0.5) return null;
  const share = change / untreated.rating.rest;
  if (share < 0.12) return `${names}: hardly any relief. ${whereActs(model, untreated, treated)}`;
  const verdict =
    share >= 0.5 ? "a good relief" : share >= 0.3 ? "a worthwhile relief" : "a small relief";
  return `${names}: ${percent(share)} less pain at rest, ${verdict}.`;
}

function whatTrialsTell(model, treated) {
  if (!treated) return null;
  const doubted = [...model.values.treatments.keys()]
    .map((name) => model.index.treatments.get(name))
    .filter(({ doubt }) => doubt)
    .map(({ label, doubt }) => `${label} is ${doubt}`);
  return doubted.length > 0 ? `Trials tell otherwise: ${doubted.join("; ")}.` : null;
}

/** The sentences, one after another. */
export function reasons(model, points) {
  const [untreated, treated = null] = points;
  return [
    whereBorn(model, untreated),
    withoutInput(model, untreated),
    touch(model, untreated),
    touchStopped(untreated, treated),
    whatHelps(model, untreated, treated),
    whatTrialsTell(model, treated),
  ].filter(Boolean);
}

/** The mechanisms farthest from health, in words with numbers. */
export function changes(model) {
  const now = model.mechanisms();
  return Object.entries(now)
    .map(([name, value]) => {
      const entry = model.index.mechanisms.get(name);
      const room = value > entry.healthy ? entry.high - entry.healthy : entry.healthy - entry.low;
      return { entry, value, distance: room > 0 ? Math.abs(value - entry.healthy) / room : 0 };
    })
    .filter(({ distance }) => distance > 0.05)
    .sort((a, b) => b.distance - a.distance)
    .slice(0, MOST_CHANGES)
    .map(({ entry, value }) => ({
      label: nameOf(entry),
      where: model.placeName(entry.place),
      value: valueOf(entry, value),
      healthy: valueOf(entry, entry.healthy),
      source: entry.source,
      status: entry.status,
    }));
}
