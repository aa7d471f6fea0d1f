// What is read from an address: never believed, and said where it cannot be.

import { h, put } from "./dom.js";

const MOST_SHOWN = 40;
const MOST_LEFT = 3;

/** A text of somebody else, between quotes and not too long. */
export const quoted = (text) =>
  `“${text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text}”`;

/** A number as it is written; null where the text is none, or out of bounds. */
export function numberIn(text, low = -Infinity, high = Infinity) {
  const value = /^-?\d{1,9}(\.\d{1,9})?$/.test(text) ? Number(text) : NaN;
  return value >= low && value <= high ? value : null;
}

/**
 * Keep what is set in a tab and the address at one. `written()` says what is set as parameters,
 * `read(params)` what parameters mean: a `state`, and what was `left` out, in words; `take(state)`
 * sets it. **Returns:** the `element` that says what was left out, and `note`, to be called when
 * something was set.
 */
export function keepWritten(address, tab, { written, read, take }) {
  const element = h("p", { class: "hint left-out", role: "status", hidden: true });
  const look = () => {
    const { state, left } = read(address.params(tab));
    if (String(written(state)) !== String(written())) take(state);
    element.hidden = left.length === 0;
    const more = left.length > MOST_LEFT ? ` and ${left.length - MOST_LEFT} more` : "";
    const some = left.slice(0, MOST_LEFT).join(", ");
    put(element, `Left out of the address, as it cannot be: ${some}${more}.`);
  };
  look();
  address.onMove(look);
  return {
    element,
    note() {
      address.drop(tab);
      // What an address means already is not written again in other words.
      const { state } = read(address.params(tab));
      if (String(written(state)) !== String(written())) address.rest(tab, written());
    },
  };
}
