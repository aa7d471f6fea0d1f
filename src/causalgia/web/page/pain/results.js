// What comes of it: the answer, the nerve's way, pain in each test, qualities, the outlook, and why.

import { h, put, say } from "../core/dom.js";
import { percent, rating, span } from "../core/format.js";
import { follow } from "../core/store.js";
import { makeFigure } from "../figures/figure.js";
import { makeNerve } from "../figures/nerve.js";
import { drawOutlook, outlookRows, readAt } from "../figures/outlook.js";
import { drawPairs } from "../figures/pairs.js";
import { PERIPHERAL } from "../figures/nerve_layouts.js";
import { bornBy, seeing } from "./seen.js";
import { changes, reasons } from "./why.js";
import { TESTS } from "./words.js";

const AHEAD_days = 365;

function segments(label, options, chosen, choose) {
  const group = h(
    "div",
    { class: "segments", role: "group", "aria-label": label },
    options.map(([name, words]) => h("button", { type: "button", "data-name": name, onclick: () => choose(name) }, words)),
  );
  return {
    element: group,
    refresh() {
      for (const button of group.children) button.setAttribute("aria-pressed", String(button.dataset.name === chosen()));
    },
  };
}

function makeAnswer(model) {
  const { store, values } = model;
  const now = h("p", { class: "big now" });
  const treated = h("p", { class: "big treated" });
  const without = h("p", { class: "big central" });
  const tile = (title, number, note, className) => h("div", { class: `tile ${className}` }, h("h2", {}, title), number, note);
  const notes = [h("p"), h("p"), h("p")];
  const treatedTile = tile("With treatment", treated, notes[1], "treated-tile");
  const spoken = h("p", { class: "unseen", role: "status" });
  let timer = 0;
  follow(store, ["points", "treatments", "course"], () => {
    const { points, course } = values;
    if (!points || !course) return;
    const [untreated, after = null] = points;
    const { rest } = untreated.rating;
    put(now, rating(rest));
    put(notes[0], `of 10 at rest, ${span(values.days)} after onset`);
    treatedTile.classList.toggle("empty", !after);
    put(treated, after ? rating(after.rating.rest) : "–");
    put(notes[1], after ? `in full effect: ${percent(Math.max(1 - after.rating.rest / Math.max(rest, 0.01), 0))} less` : "Choose a treatment and see.");
    put(without, rating(untreated.rating_without_input));
    put(notes[2], "if no spike reached the spinal cord");
    clearTimeout(timer);
    // Spoken once the hand rests, not at each step of a slider.
    timer = setTimeout(() => {
      say(spoken, `Pain at rest ${rating(rest)} of 10${after ? `, with treatment ${rating(after.rating.rest)}` : ""}.`);
    }, 600);
  });
  return h(
    "div",
    { class: "tiles" },
    tile("Pain now", now, notes[0], ""),
    treatedTile,
    tile("Without input", without, notes[2], ""),
    spoken,
  );
}

function makeWay(model, openPlace) {
  const { store, values } = model;
  const nerve = makeNerve(openPlace);
  const tests = segments("What is done to the skin", Object.entries(TESTS), () => values.test, (test) => store.change({ test }));
  const arms = segments(
    "Which state to show",
    [["no", "Untreated"], ["yes", "Treated"]],
    () => (values.showTreated ? "yes" : "no"),
    (name) => store.change({ showTreated: name === "yes" }),
  );
  const figure = makeFigure({
    name: "nerve",
    title: "From the skin to the brain",
    lead: "Each dot is a spike. Light shows where they are born.",
    draw: nerve.draw,
    rows: () => {
      const rows = [["state", "test", "place", "fiber", "born_Hz"]];
      values.points.forEach((point, i) => {
        const born = bornBy(point, values.test);
        for (const place of PERIPHERAL) {
          for (const [fiber, rate] of Object.entries(born[place])) rows.push([i ? "treated" : "untreated", values.test, place, fiber, rate]);
        }
        rows.push([i ? "treated" : "untreated", values.test, "cord", "projection", point.projection_Hz[values.test]]);
      });
      return rows;
    },
    controls: [h("div", { class: "controls" }, tests.element, arms.element, nerve.pause)],
  });
  figure.caption("Spikes of one fiber in each class, in real time; speeds are not to scale, and of those in the tract every fourth is drawn. Choose a station to see its mechanisms.");
  follow(store, ["points", "test", "showTreated", "areas"], () => {
    tests.refresh();
    arms.refresh();
    arms.element.hidden = values.treatments.size === 0;
    if (values.points && values.course) nerve.show(seeing(model, values));
  });
  return figure.element;
}

function makePairs(model, { name, title, lead, entriesOf, most, words, labelWidth }) {
  const { store, values } = model;
  const entries = () => {
    const [untreated, treated = null] = values.points ?? [];
    return untreated ? entriesOf(untreated, treated) : [];
  };
  const figure = makeFigure({
    name,
    title,
    lead,
    draw: (width) => {
      const found = entries();
      const said = found.map((one) => `${one.label} ${words(one.now)}${one.treated === null ? "" : `, treated ${words(one.treated)}`}`);
      return drawPairs(width, { entries: found, most, words, labelWidth, description: `${title}: ${said.join("; ")}` });
    },
    rows: () => [["name", "untreated", "treated"], ...entries().map((one) => [one.label, one.now, one.treated])],
  });
  follow(store, ["points"], figure.redraw);
  return figure.element;
}

function makeOutlook(model) {
  const { store, values } = model;
  const summary = () => {
    const read = readAt(values.course, Math.min(values.days + AHEAD_days, values.course.day.at(-1)));
    const { length } = values.course.untreated.everyone;
    const count = (share) => Math.round(share * length);
    return (
      `A year on: ${rating(read.untreated)} untreated` +
      (read.treated === null ? "" : `, ${rating(read.treated)} treated`) +
      `. Of ${length} such people, ${count(read.inPain)} ${count(read.inPain) === 1 ? "is" : "are"} in pain then` +
      (read.inPainTreated === null ? "." : `; treated, ${count(read.inPainTreated)}.`)
    );
  };
  const figure = makeFigure({
    name: "outlook",
    title: "Outlook",
    lead: "Pain at rest. The bold line is this person, thin ones are seven others with the same cause.",
    draw: (width) =>
      values.course
        ? drawOutlook(width, {
            course: values.course,
            today: values.days,
            description: `Pain at rest over time. ${summary()}`,
            onRead: (text) => figure.caption(text ?? summary()),
          })
        : document.createComment(""),
    rows: () => outlookRows(values.course),
    controls: [
      h("ul", { class: "legend", "aria-hidden": "true" }, h("li", { class: "untreated" }, "untreated"), h("li", { class: "treated" }, "treated from today")),
    ],
  });
  follow(store, ["course", "days"], () => {
    if (!values.course) return;
    figure.caption(summary());
    figure.redraw();
  });
  return figure.element;
}

function makeWhy(model, runInFull) {
  const { store, values, library } = model;
  const list = h("div", { class: "reasons" });
  const table = h("table", {});
  follow(store, ["points", "course", "areas", "healthy"], () => {
    if (!values.points || !values.course || !values.healthy) return;
    put(list, reasons(model, values.points).map((text) => h("p", {}, text)));
    const sourceOf = (key) => library.sources[key]?.title ?? "assumed for this model";
    put(
      table,
      h("caption", {}, "Farthest from health"),
      h("thead", {}, h("tr", {}, ["Mechanism", "Where", "Now", "Healthy"].map((text) => h("th", { scope: "col" }, text)))),
      h(
        "tbody",
        {},
        changes(model).map((one) =>
          h("tr", {}, h("th", { scope: "row", title: sourceOf(one.source) }, one.label), h("td", {}, one.where), h("td", { class: "value" }, one.value), h("td", { class: "value" }, one.healthy)),
        ),
      ),
    );
  });
  return h("section", { class: "card why", "aria-labelledby": "why-title" }, h("h2", { id: "why-title" }, "Why"), h("div", {}, list, h("button", { type: "button", class: "in-full", onclick: runInFull }, "Ask many virtual patients like this")), h("div", { class: "numbers" }, table));
}

/**
 * The right side of the panel; `openPlace(place)` shows the mechanisms of a place, `runInFull()` has
 * the case answered with many virtual patients.
 */
export function makeResults(model, { openPlace, runInFull }) {
  const { library } = model;
  const tests = makePairs(model, {
    name: "pain_by_test",
    title: "How much it hurts",
    lead: "0 to 10",
    most: 10,
    words: rating,
    labelWidth: 84,
    entriesOf: (untreated, treated) =>
      Object.entries(TESTS).map(([name, label]) => ({ label, now: untreated.rating[name], treated: treated?.rating[name] ?? null })),
  });
  const qualities = makePairs(model, {
    name: "qualities",
    title: "What it feels like",
    lead: "How strongly each quality is felt",
    most: 1,
    words: percent,
    labelWidth: 116,
    entriesOf: (untreated, treated) =>
      library.qualities.map(({ name, label }) => ({ label, now: untreated.qualities[name], treated: treated?.qualities[name] ?? null })),
  });
  return [makeAnswer(model), makeWay(model, openPlace), makeWhy(model, runInFull), h("div", { class: "halves" }, tests, qualities), makeOutlook(model)];
}
