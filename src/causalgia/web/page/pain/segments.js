// Buttons of which one is chosen.

import { h } from "../core/dom.js";

/** A row of `options` (name, words) under a `label`; `chosen()` says which, `choose(name)` is told. */
export function segments(label, options, chosen, choose) {
  const group = h(
    "div",
    { class: "segments", role: "group", "aria-label": label },
    options.map(([name, words]) =>
      h("button", { type: "button", "data-name": name, onclick: () => choose(name) }, words),
    ),
  );
  return {
    element: group,
    refresh() {
      for (const button of group.children)
        button.setAttribute("aria-pressed", String(button.dataset.name === chosen()));
    },
  };
}
