// The frame of a figure: heading, picture, caption, and what one may take away.

import { h, put, unique } from "../core/dom.js";
import { saveCsv, saveSvg } from "../core/save.js";

/**
 * A figure. `draw(width)` gives its picture for a width in pixels, `rows()` its numbers; `controls`
 * stand beside the heading. **Returns:** its `element`, and `redraw`.
 */
export function makeFigure({ name, title, lead, draw, rows, controls = [], level = "h2" }) {
  const heading = unique("figure");
  const stage = h("div", { class: "stage" });
  const caption = h("figcaption", { class: "caption" });
  const button = (label, what, run) =>
    h(
      "button",
      { type: "button", class: "plain save", "aria-label": `${what} of: ${title}`, onclick: run },
      label,
    );
  const element = h(
    "figure",
    { class: "card", "aria-labelledby": heading, "data-figure": name },
    h(
      "div",
      { class: "card-head" },
      h(
        "div",
        { class: "card-title" },
        h(level, { id: heading }, title),
        lead ? h("p", {}, lead) : null,
      ),
      ...controls,
    ),
    stage,
    h(
      "div",
      { class: "card-foot" },
      caption,
      h(
        "span",
        { class: "saves" },
        button("SVG", "Picture (SVG)", () => saveSvg(stage.querySelector("svg"), name)),
        button("CSV", "Numbers (CSV)", () => saveCsv(rows(), name)),
      ),
    ),
  );
  let width = 0;
  const redraw = () => {
    if (width > 0) put(stage, draw(width));
  };
  new ResizeObserver(([entry]) => {
    const now = Math.round(entry.contentRect.width);
    if (now === width || now === 0) return;
    width = now;
    redraw();
  }).observe(stage);
  return { element, redraw, caption: (...parts) => put(caption, ...parts) };
}
