// The biophysical run on demand: fibers and cord themselves, beside what the stand-ins say.

import { fileOf, get, post } from "../core/api.js";
import { h, put } from "../core/dom.js";
import { hertz, rating } from "../core/format.js";
import { saveCsv } from "../core/save.js";
import { follow } from "../core/store.js";
import { toml } from "../core/toml.js";
import { keepTitle } from "../jobs/titles.js";
import { watch } from "../jobs/watch.js";
import { TESTS } from "./words.js";

const STATES = ["Untreated", "Treated"];
const SAID = "Eight fibers of each class and the cord, every membrane integrated.";

/** What is run: the states that are shown, by the mechanisms that are not as in health. */
function documentOf({ points }) {
  return toml({
    states: points.map(({ mechanisms }, i) => ({ name: STATES[i], mechanisms })),
  });
}

const signed = (value) => {
  const size = rating(Math.abs(value));
  return size === rating(0) ? size : `${value < 0 ? "−" : "+"}${size}`;
};

function table({ name, membranes, stand_in: fitted }) {
  const columns = ["Test", "Stand-in", "Membranes", "Difference", "To the brain"];
  return h(
    "table",
    {},
    h("caption", {}, `${name}: pain of 10`),
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        columns.map((text) => h("th", { scope: "col" }, text)),
      ),
    ),
    h(
      "tbody",
      {},
      Object.entries(TESTS).map(([test, label]) =>
        h(
          "tr",
          {},
          h("th", { scope: "row" }, label),
          h("td", { class: "value" }, rating(fitted[test].rating)),
          h("td", { class: "value" }, rating(membranes[test].rating)),
          h("td", { class: "value" }, signed(membranes[test].rating - fitted[test].rating)),
          h(
            "td",
            { class: "value" },
            `${hertz(fitted[test].projection_Hz)} → ${hertz(membranes[test].projection_Hz)}`,
          ),
        ),
      ),
    ),
  );
}

function rows({ states }) {
  const found = [["state", "test", "made_by", "what", "value"]];
  for (const state of states) {
    for (const made of ["stand_in", "membranes"]) {
      for (const [test, one] of Object.entries(state[made])) {
        found.push([state.name, test, made, "rating", one.rating]);
        found.push([state.name, test, made, "projection_Hz", one.projection_Hz]);
        for (const [fiber, rate] of Object.entries(one.afferent_Hz))
          found.push([state.name, test, made, `afferent_Hz_${fiber}`, rate]);
      }
    }
  }
  return found;
}

/** The part of the page. **Returns:** its `element`, and `start`, which runs what is shown. */
export function makeWhole(model) {
  const { store, values } = model;
  let job = null;
  let asked = null;
  let stop = () => {};
  const state = h("p", { class: "hint", role: "status" });
  const bar = h("progress", { "aria-label": "The whole pathway is computed", hidden: true });
  const run = h("button", { type: "button", onclick: () => start() }, "Integrate every membrane");
  const halt = h("button", { type: "button", class: "plain", hidden: true }, "Stop watching");
  const found = h("div", { class: "numbers" });
  const old = h("p", { class: "hint", hidden: true }, "Of another state than what is shown now.");
  const busy = (isBusy) => {
    bar.hidden = !isBusy;
    halt.hidden = !isBusy;
    run.disabled = isBusy;
  };
  halt.addEventListener("click", () => {
    stop();
    busy(false);
    state.textContent = "It goes on; ask again to see what came of it.";
  });

  async function show() {
    const result = await get(`/jobs/${job.id}/files/pathway.json`);
    state.textContent = SAID;
    put(
      found,
      result.states.map(table),
      h(
        "p",
        { class: "saves" },
        h(
          "a",
          { href: fileOf(job.id, "report.html"), target: "_blank", rel: "noopener" },
          "As a page",
        ),
        h(
          "button",
          {
            type: "button",
            class: "plain save",
            "aria-label": "Numbers (CSV) of: The whole pathway",
            onclick: () => saveCsv(rows(result), "whole_pathway"),
          },
          "CSV",
        ),
      ),
    );
  }

  async function told(now) {
    job = now;
    if (job.state === "queued") state.textContent = `Waits, ${job.ahead} before it.`;
    if (job.state === "running") state.textContent = job.progress || "It begins.";
    if (job.state === "failed") state.textContent = job.error;
    if (job.state === "done") await show().catch((error) => (state.textContent = error.message));
    busy(job.state === "queued" || job.state === "running");
  }

  async function start() {
    if (!values.points) return;
    stop();
    busy(true);
    put(found);
    asked = documentOf(values);
    old.hidden = true;
    try {
      job = await post("/jobs", { kind: "pathway", document: asked });
      keepTitle(job.id, `Whole pathway, ${model.cause().label.toLowerCase()}`);
      if (job.state === "done") await told(job);
      else stop = watch(job.id, told);
    } catch (error) {
      state.textContent = error.message;
      busy(false);
    }
  }

  follow(store, ["points"], () => {
    old.hidden = !asked || !values.points || documentOf(values) === asked;
  });

  const element = h(
    "section",
    { class: "card whole", "aria-labelledby": "whole-title", tabindex: "-1" },
    h("h2", { id: "whole-title" }, "Fibers and cord themselves"),
    h(
      "p",
      {},
      "What answers at once are stand-ins, fitted to fibers and a cord whose membranes were integrated. Have these integrated for what is shown now, and see how far the stand-ins are off.",
    ),
    h("div", { class: "go" }, run, halt),
    bar,
    state,
    old,
    found,
  );
  return {
    element,
    start() {
      element.scrollIntoView({ block: "nearest" });
      element.focus();
      if (!run.disabled) start();
    },
  };
}
