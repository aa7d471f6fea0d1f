// A slider with its name and value.

import { h, unique } from "../core/dom.js";

/**
 * A slider over `low` to `high`. `words(value)` says a value, `moved(value)` is told as it moves.
 * **Returns:** its `element`, and `set(value)`.
 */
export function makeSlider({ label, low, high, step, value, words, moved, description }) {
  const id = unique("slider");
  const output = h("output", { for: id });
  const input = h("input", {
    id,
    type: "range",
    min: low,
    max: high,
    step,
    "aria-describedby": description,
  });
  const show = () => {
    const text = words(Number(input.value));
    output.textContent = text;
    input.setAttribute("aria-valuetext", text);
    const share = (Number(input.value) - low) / (high - low);
    input.style.setProperty("--at", `${100 * share}%`);
  };
  input.addEventListener("input", () => {
    show();
    moved(Number(input.value));
  });
  const set = (to) => {
    input.value = to;
    show();
  };
  set(value);
  return {
    element: h("div", { class: "slider" }, h("label", { for: id }, label), output, input),
    input,
    set,
  };
}
