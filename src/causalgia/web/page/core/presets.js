// Where to begin: a choice of what to fill in.

import { h, unique } from "./dom.js";

const OWN = "own";

/**
 * A choice among `presets` (each with a label). `isSet(preset)` says whether one of them is what is
 * set, `take(preset)` sets it. **Returns:** its `element`, and `refresh`.
 */
export function makePresets(presets, { isSet, take }) {
  const id = unique("preset");
  const select = h(
    "select",
    { id, onchange: () => take(presets[Number(select.value)]) },
    presets.map(({ label }, index) => h("option", { value: index }, label)),
    // Shown where what is set is none of them, and cannot be chosen.
    h("option", { value: OWN, hidden: true }, "What you have set"),
  );
  return {
    element: h("div", { class: "field" }, h("label", { for: id }, "Begin with"), select),
    refresh() {
      const same = presets.findIndex(isSet);
      select.value = same < 0 ? OWN : String(same);
    },
  };
}
