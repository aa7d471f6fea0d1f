// A rating ahead in time: its mean, and between what it lies.

import { s } from "../core/dom.js";
import { line, scale } from "./curve.js";

const HEIGHT = 220;
const TICK_px = 54;
const MARGIN = { left: 30, right: 24, top: 14, bottom: 32 };

/** The picture; `points` have `weeks` and a `rating` of mean, low and high. */
export function drawBand(width, { points, description }) {
  const last = points.at(-1).weeks;
  const x = scale(0, last, MARGIN.left, width - MARGIN.right);
  const y = scale(0, 10, HEIGHT - MARGIN.bottom, MARGIN.top);
  const at = (name) => points.map((one) => [x(one.weeks), y(one.rating[name])]);
  const around = `${line(at("low"))}L${at("high")
    .reverse()
    .map((pair) => pair.join(" "))
    .join("L")}Z`;
  // As many as have room, the first always.
  const ticks = [];
  for (const { weeks } of points)
    if (ticks.length === 0 || x(weeks) - x(ticks.at(-1)) >= TICK_px) ticks.push(weeks);
  return s(
    "svg",
    { viewBox: `0 0 ${width} ${HEIGHT}`, class: "ahead", role: "img", "aria-label": description },
    [0, 5, 10].map((value) => [
      s("path", { d: `M${MARGIN.left} ${y(value)}H${width - MARGIN.right}`, class: "grid-line" }),
      s(
        "text",
        { x: MARGIN.left - 8, y: y(value) + 4, class: "tick", "text-anchor": "end" },
        String(value),
      ),
    ]),
    s("path", { d: around, class: "around" }),
    s("path", { d: line(at("mean")), class: "median untreated" }),
    ticks.map((weeks, i) =>
      s(
        "text",
        { x: x(weeks), y: HEIGHT - 10, class: "tick", "text-anchor": i === 0 ? "start" : "middle" },
        i === 0 ? "now" : `${Math.round(weeks)} wk`,
      ),
    ),
  );
}
