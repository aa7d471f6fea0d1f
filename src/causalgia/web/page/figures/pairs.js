// Pairs of values on one line each: as it is, and with treatment.

import { s } from "../core/dom.js";
import { scale } from "./curve.js";

const ROW = 36;
const TOP = 8;

function row(entry, index, layout, words) {
  const y = TOP + ROW * index + ROW / 2;
  const { x, left } = layout;
  const parts = [
    s("text", { x: 0, y: y + 5, class: "label" }, entry.label),
    s("path", { d: `M${left} ${y}H${x(layout.most)}`, class: "track" }),
    s("path", { d: `M${left} ${y}H${x(entry.now)}`, class: "bar now" }),
  ];
  const shown = entry.treated === null ? [entry.now] : [entry.now, entry.treated];
  if (entry.treated !== null) {
    parts.push(s("path", { d: `M${x(entry.now)} ${y}H${x(entry.treated)}`, class: "bar treated" }));
    parts.push(s("circle", { cx: x(entry.treated), cy: y, r: 6.5, class: "dot treated" }));
  }
  parts.push(s("circle", { cx: x(entry.now), cy: y, r: 6.5, class: "dot now" }));
  const text = [...new Set(shown.map(words))].join(" → ");
  parts.push(s("text", { x: layout.width, y: y + 5, class: "number", "text-anchor": "end" }, text));
  return s("g", {}, parts);
}

/**
 * The picture. `entries` have a `label`, `now`, and `treated` (null: no treatment); `most` is the
 * end of the scale, `words` writes a value.
 */
export function drawPairs(width, { entries, most, words, description, labelWidth }) {
  const right = entries.some((entry) => entry.treated !== null) ? 92 : 50;
  const left = Math.min(labelWidth, 0.42 * width);
  const x = scale(0, most, left, width - right);
  const layout = { x, left, most, width };
  const height = 2 * TOP + ROW * entries.length;
  return s(
    "svg",
    { viewBox: `0 0 ${width} ${height}`, class: "pairs", role: "img", "aria-label": description },
    entries.map((entry, index) => row(entry, index, layout, words)),
  );
}
