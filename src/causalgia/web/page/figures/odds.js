// Odds on one line each: how likely now, between what, and before anything was known.

import { s } from "../core/dom.js";
import { percent, percentWithin } from "../core/format.js";
import { scale } from "./curve.js";

const ROW = 44;
const TOP = 4;
// How wide a letter is in the widest of the systems' fonts.
const LABEL_px = 7.3;
const NUMBER_px = 7;
const GAP_px = 12;

function row(entry, index, { x, width }) {
  const top = TOP + ROW * index;
  const y = top + 30;
  const isKnown = entry.low !== undefined;
  const alone = percent(entry.probability);
  const whole = isKnown ? percentWithin({ ...entry, value: entry.probability }) : alone;
  // Where both have no room beside each other, the line itself says between what it lies.
  const fits = LABEL_px * entry.label.length + NUMBER_px * whole.length + GAP_px <= width;
  const number = fits ? whole : alone;
  const most = Math.floor((width - GAP_px - NUMBER_px * number.length) / LABEL_px);
  const label =
    entry.label.length > most ? `${entry.label.slice(0, most - 1).trimEnd()}…` : entry.label;
  return s(
    "g",
    {},
    s("text", { x: 0, y: top + 16, class: "label" }, s("title", {}, entry.label), label),
    s("text", { x: width, y: top + 16, class: "number", "text-anchor": "end" }, number),
    s("path", { d: `M${x(0)} ${y}H${x(1)}`, class: "track" }),
    s("path", { d: `M${x(0)} ${y}H${x(entry.probability)}`, class: "bar now" }),
    isKnown ? s("path", { d: `M${x(entry.low)} ${y}H${x(entry.high)}`, class: "range" }) : null,
    s("path", { d: `M${x(entry.before)} ${y - 7}V${y + 7}`, class: "before" }),
    s("circle", { cx: x(entry.probability), cy: y, r: 6, class: "dot now" }),
  );
}

/** The picture; `entries` have `label`, `probability`, `before`, and `low`, `high` where known. */
export function drawOdds(width, { entries, description }) {
  const layout = { x: scale(0, 1, 6, width - 8), width };
  const height = 2 * TOP + ROW * entries.length;
  return s(
    "svg",
    {
      viewBox: `0 0 ${width} ${height}`,
      class: "pairs odds",
      role: "img",
      "aria-label": description,
    },
    entries.map((entry, index) => row(entry, index, layout)),
  );
}
