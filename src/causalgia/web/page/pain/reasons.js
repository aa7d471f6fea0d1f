// Why it hurts: sentences, and the mechanisms farthest from health.

import { h, put } from "../core/dom.js";
import { follow } from "../core/store.js";
import { changes, reasons } from "./why.js";

/** The part of the page; `runInFull()` has the case answered with many virtual patients. */
export function makeReasons(model, runInFull) {
  const { store, values, library } = model;
  const list = h("div", { class: "reasons" });
  const table = h("table", {});
  follow(store, ["points", "areas", "healthy"], () => {
    if (!values.points || !values.healthy) return;
    put(
      list,
      reasons(model, values.points).map((text) => h("p", {}, text)),
    );
    const sourceOf = (key) => library.sources[key]?.title ?? "assumed for this model";
    put(
      table,
      h("caption", {}, "Farthest from health"),
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          ["Mechanism", "Where", "Now", "Healthy"].map((text) => h("th", { scope: "col" }, text)),
        ),
      ),
      h(
        "tbody",
        {},
        changes(model).map((one) =>
          h(
            "tr",
            {},
            h("th", { scope: "row", title: sourceOf(one.source) }, one.label),
            h("td", {}, one.where),
            h("td", { class: "value" }, one.value),
            h("td", { class: "value" }, one.healthy),
          ),
        ),
      ),
    );
  });
  return h(
    "section",
    { class: "card why", "aria-labelledby": "why-title" },
    h("h2", { id: "why-title" }, "Why"),
    h(
      "div",
      {},
      list,
      h(
        "button",
        { type: "button", class: "in-full", onclick: runInFull },
        "Ask many virtual patients like this",
      ),
    ),
    h("div", { class: "numbers" }, table),
  );
}
