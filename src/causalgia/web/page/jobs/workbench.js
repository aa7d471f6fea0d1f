// A tab for long work: a form that writes a document, runs, and the report of one of them.

import { post } from "../core/api.js";
import { h, put, unique } from "../core/dom.js";
import { keepWritten } from "../core/given.js";
import { makePresets } from "../core/presets.js";
import { toml } from "../core/toml.js";
import { makeForm } from "./form.js";
import { makeList } from "./list.js";
import { showReport } from "./report.js";
import { keepTitle } from "./titles.js";
import { makeWritten } from "./written.js";

/** The document as text, which one may change by hand: then the form is set aside. */
function makeText(changed) {
  const id = unique("document");
  const area = h("textarea", { id, rows: 16, spellcheck: "false", autocapitalize: "off" });
  const back = h("button", { type: "button", class: "plain", hidden: true }, "Back to the form");
  let byHand = false;
  const set = (to) => {
    byHand = to;
    back.hidden = !to;
    changed(to);
  };
  area.addEventListener("input", () => set(true));
  const element = h(
    "details",
    { class: "more" },
    h("summary", {}, "As a file"),
    h(
      "label",
      { for: id, class: "hint" },
      "The document that is run (TOML). Change it here for what the form does not ask.",
    ),
    area,
    back,
  );
  return {
    element,
    back,
    text: () => area.value,
    isByHand: () => byHand,
    write(text) {
      if (!byHand) area.value = text;
    },
    release: () => set(false),
  };
}

/**
 * Fill a panel. `bench` says what the tab does: its `tab` and `kind`, words, `presets`,
 * `groups(library)` of fields, `document(values, library)`; `fromPain(model)` where the state of
 * the tab Pain can be taken. **Returns:** `look`, to be called when the tab is opened, and `takeOver` of that state.
 */
export function makeWorkbench(panel, bench, library, pain, address) {
  const problem = h("p", { class: "problem", role: "alert", hidden: true });
  const fail = (message) => {
    problem.textContent = message;
    problem.hidden = !message;
  };
  const report = h("section", { class: "card report-card", "aria-label": "Report", hidden: true });
  const show = (job, title) => {
    report.hidden = false;
    gives.hidden = true;
    showReport(report, job, title);
    report.querySelector("h2").focus();
    report.scrollIntoView({ block: "start" });
  };
  const list = makeList(bench, { show, failed: fail });

  const text = makeText((byHand) => form.element.classList.toggle("aside", byHand));
  let isReady = false;
  const groups = bench.groups(library);
  const presets = bench.presets.map(({ label, values }) => ({
    label,
    values: { ...bench.start, ...values },
  }));
  const [beginning] = presets.map(({ values }) => values);
  const form = makeForm(groups, beginning, () => isReady && refresh());
  const { written, read } = makeWritten(groups, bench.start, beginning);
  const chosen = makePresets(presets, {
    isSet: ({ values }) => String(written(values)) === String(written(form.values)),
    take: ({ values }) => {
      text.release();
      form.fill(values);
    },
  });
  const write = () => {
    fail("");
    text.write(toml(bench.document(form.values, library)));
    chosen.refresh();
  };
  const kept = keepWritten(address, bench.tab, {
    written: (values = form.values) => written(values),
    read,
    take: (values) => {
      text.release();
      form.fill(values);
    },
  });
  const refresh = () => {
    write();
    kept.note();
  };
  text.back.addEventListener("click", () => {
    text.release();
    refresh();
  });

  const gives = h(
    "section",
    { class: "card gives", "aria-label": "What you get" },
    h("h2", {}, "What you get"),
    h(
      "ul",
      {},
      bench.gives.map((text) => h("li", {}, text)),
    ),
  );
  const results = h("div", { class: "results" }, list.element, gives, report);

  const run = h("button", { type: "submit", class: "main" }, bench.run);
  async function submit(event) {
    event.preventDefault();
    fail("");
    const wrong = text.isByHand() ? null : form.firstWrong();
    if (wrong) {
      wrong.focus();
      return;
    }
    run.disabled = true;
    try {
      const title = text.isByHand()
        ? `${bench.title}, from a file`
        : bench.titleOf(form.values, library);
      const extras = text.isByHand() ? {} : (bench.options?.(form.values) ?? {});
      const job = await post("/jobs", { kind: bench.kind, document: text.text(), ...extras });
      keepTitle(job.id, title);
      list.add(job);
      results.scrollIntoView({ block: "start" });
    } catch (error) {
      fail(error.message);
    } finally {
      run.disabled = false;
    }
  }

  const takeOver = () => {
    text.release();
    form.fill(bench.fromPain(pain));
  };
  const take = bench.fromPain
    ? h("button", { type: "button", onclick: takeOver }, "Take over what the tab Pain shows")
    : null;
  put(
    panel,
    h(
      "div",
      { class: "workbench" },
      h(
        "form",
        { class: "rail", "aria-label": bench.title, onsubmit: submit, novalidate: true },
        h("h1", {}, bench.title),
        h("p", { class: "lead" }, bench.lead),
        kept.element,
        chosen.element,
        take,
        form.element,
        text.element,
        h("div", { class: "go" }, run, h("p", { class: "hint" }, bench.takes)),
        problem,
      ),
      results,
    ),
  );
  isReady = true;
  write();
  return { look: list.look, takeOver };
}
