// The tab Assess: what is known of a person on the left, what that speaks for on the right.

import { post } from "../core/api.js";
import { h, put, unique } from "../core/dom.js";
import { capital } from "../core/format.js";
import { keepWritten } from "../core/given.js";
import { makePresets } from "../core/presets.js";
import { follow } from "../core/store.js";
import { toml } from "../core/toml.js";
import { makeList } from "../jobs/list.js";
import { showReport } from "../jobs/report.js";
import { keepTitle } from "../jobs/titles.js";
import { makeWhere } from "../pain/where.js";
import { makeAnswers } from "./answers.js";
import { makeTaken } from "./medicines.js";
import { UNITS, makeAssessModel, nothing, personOf } from "./model.js";
import { PERSONS } from "./presets.js";
import { makeQuestions } from "./questions.js";
import { asKnown, readWritten, written } from "./written.js";

const SIGNS_SHOWN = 8;
const KNOWN = Object.keys(nothing());

function step(title, parts, isOpen = false) {
  const count = h("span", { class: "tag" });
  const element = h(
    "details",
    { class: "step", open: isOpen },
    h("summary", {}, h("h2", {}, title), count),
    h("div", { class: "step-body" }, parts),
  );
  return { element, count };
}

function makeNumber({ store, values }, name, label, unit, [low, high]) {
  const id = unique("known");
  const input = h("input", {
    id,
    type: "number",
    min: low,
    max: high,
    step: "any",
    inputmode: "decimal",
    placeholder: "unknown",
  });
  input.addEventListener("input", () =>
    store.change({ [name]: input.value === "" ? null : Number(input.value) }),
  );
  follow(store, [name], () => {
    if (document.activeElement !== input) input.value = values[name] ?? "";
  });
  return h(
    "div",
    { class: "field" },
    h("label", { for: id }, label),
    h(
      "div",
      { class: "joined" },
      input,
      unit ? h("span", { class: "unit", "aria-hidden": "true" }, unit) : null,
    ),
  );
}

function makeSince(model) {
  const { store, values } = model;
  const id = unique("unit");
  const select = h(
    "select",
    { id, onchange: () => store.change({ sinceUnit: select.value }) },
    UNITS.map((unit) => h("option", { value: unit }, `${unit} ago`)),
  );
  follow(store, ["sinceUnit"], () => {
    select.value = values.sinceUnit;
  });
  return [
    makeNumber(model, "since", "It began", null, [0, 100]),
    h("div", { class: "field" }, h("label", { for: id }, "Unit of time"), select),
  ];
}

function makeSteps(model, body) {
  const { person } = model.library;
  const told = person.observations.filter(({ kind }) => kind === "yes_no");
  const by = (how) =>
    told.filter((one) => one.how === how).map(({ name, label }) => ({ name, label }));
  const signs = person.signs.map(({ name, label, how }) => ({
    name,
    label: capital(label),
    hint: how,
  }));
  const asked = (questions) => questions.map(({ name, ask }) => ({ name, label: ask }));
  const steps = {
    areas: step("Where it hurts", makeWhere(model, body), true),
    felt: step(
      "How it is",
      [
        h(
          "div",
          { class: "halved" },
          makeNumber(model, "now", "Pain now", "of 10", [0, 10]),
          makeNumber(model, "worst", "At worst", "of 10", [0, 10]),
          makeSince(model),
          makeNumber(model, "age", "Age", "years", [18, 110]),
        ),
      ],
      true,
    ),
    red_flags: step(
      "What must not be missed",
      makeQuestions(model, "red_flags", asked(person.red_flags)),
    ),
    symptoms: step("What it feels like", makeQuestions(model, "symptoms", by("told"))),
    signs: step(
      "What is found on examination",
      makeQuestions(model, "signs", [...by("examined"), ...signs], {
        search: { label: "Find a sign", example: "reflex, numb thumb, Spurling …" },
        most: SIGNS_SHOWN,
      }),
    ),
    history: step("What happened before", makeQuestions(model, "history", asked(person.history))),
    taken: step("Medicines", makeTaken(model)),
  };
  const { store, values } = model;
  follow(store, ["areas", "red_flags", "symptoms", "signs", "history", "taking", "tried"], () => {
    const counts = {
      areas: values.areas.size,
      taken: values.taking.length + values.tried.length,
      ...Object.fromEntries(
        ["red_flags", "symptoms", "signs", "history"].map((table) => [
          table,
          Object.keys(values[table]).length,
        ]),
      ),
    };
    for (const [name, number] of Object.entries(counts))
      steps[name].count.textContent = number > 0 ? `${number} said` : "";
  });
  return Object.values(steps).map(({ element }) => element);
}

function makePersons({ store, values, weigh }) {
  const presets = makePresets(PERSONS, {
    isSet: (one) => String(written(asKnown(one))) === String(written(values)),
    take: (one) => {
      store.change(asKnown(one));
      weigh();
    },
  });
  follow(store, KNOWN, presets.refresh);
  return presets.element;
}

/** Keep what is known and the address at one; **returns** the line that says what cannot be. */
function keepState(model, body, address) {
  const { store, values, library } = model;
  const names = new Set(Object.keys(body.areas));
  const kept = keepWritten(address, "assess", {
    written: (state = values) => written(state),
    read: (params) => readWritten(params, library, names),
    take: (state) => {
      store.change(state);
      // A step back shows what was found then.
      if (values.found) model.weigh();
    },
  });
  store.listen((changed) => {
    if (KNOWN.some((name) => changed.has(name))) kept.note();
  });
  return kept.element;
}

/** Fill the panel. **Returns:** `look`, to be called when the tab is opened. */
export function makeAssess(panel, library, body, pain, address) {
  const model = makeAssessModel(library);
  const { store, values } = model;
  store.change(asKnown(PERSONS[0]));
  const leftOut = keepState(model, body, address);

  const problem = h("p", { class: "problem", role: "alert", hidden: true });
  const report = h("section", { class: "card report-card", "aria-label": "Report", hidden: true });
  const show = (job, title) => {
    report.hidden = false;
    showReport(report, job, title);
    report.querySelector("h2").focus();
  };
  const fail = (message) => store.change({ problem: message });
  const list = makeList({ kind: "assess", noun: "Assessment" }, { show, failed: fail });
  async function runAsJob() {
    try {
      const job = await post("/jobs", { kind: "assess", document: toml(personOf(values)) || "\n" });
      keepTitle(job.id, `Assessment of pain in ${[...values.areas][0] ?? "a person"}`);
      list.add(job);
    } catch (error) {
      fail(error.message);
    }
  }
  follow(store, ["problem"], () => {
    problem.hidden = !values.problem;
    problem.textContent = values.problem ?? "";
  });

  const takePain = () => {
    const { areas, days } = pain.values;
    store.change({ areas: new Set(areas), since: days, sinceUnit: "days" });
    model.weigh();
  };
  const submit = (event) => {
    event.preventDefault();
    model.weigh();
  };
  put(
    panel,
    h(
      "div",
      { class: "workbench" },
      h(
        "form",
        { class: "rail", "aria-label": "What is known", onsubmit: submit, novalidate: true },
        h("h1", {}, "What is it, probably?"),
        h(
          "p",
          { class: "lead" },
          "Say what is known of a person in pain. What is left open is unknown, not absent.",
        ),
        leftOut,
        makePersons(model),
        h("button", { type: "button", onclick: takePain }, "Take over what the tab Pain shows"),
        makeSteps(model, body),
        h(
          "div",
          { class: "go" },
          h("button", { type: "submit", class: "main" }, "Weigh it"),
          h("p", { class: "hint" }, "Takes a second or so."),
        ),
      ),
      h(
        "div",
        { class: "results" },
        problem,
        makeAnswers(model),
        h(
          "section",
          { class: "card", "aria-label": "The whole report" },
          h("h2", {}, "The whole report"),
          h(
            "p",
            {},
            "All of it as a document to print, with methods and sources. Where the virtual patients of this version are not at hand, they are simulated first, which takes minutes.",
          ),
          h("button", { type: "button", class: "in-full", onclick: runAsJob }, "Write the report"),
        ),
        list.element,
        report,
      ),
    ),
  );
  return {
    look() {
      if (!values.found) model.weigh();
      list.look();
    },
  };
}
