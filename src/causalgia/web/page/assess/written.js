// What is known of a person as it is written in the address, and read from there: never believed.

import { numberIn, quoted } from "../core/given.js";
import { UNITS, nothing } from "./model.js";
import { PERSONS } from "./presets.js";

const TABLES = ["symptoms", "signs", "history", "red_flags"];
const NUMBERS = { now: [0, 10], worst: [0, 10], age: [18, 110] };
const SINCE = [0, 10_000];
const MOST = 200;

/** A person to begin with, as the store has one. */
export const asKnown = ({ values }) => ({
  ...nothing(),
  ...values,
  areas: new Set(values.areas ?? []),
});

/** What the tab begins with, and what an address without anything means. */
const beginning = () => asKnown(PERSONS[0]);

const answers = (table) =>
  Object.entries(table).map(([name, isSo]) => (isSo ? name : `-${name}`));

function all(values) {
  // Even nobody of whom anything is known is not the one it begins with.
  const params = new URLSearchParams({ areas: [...values.areas].sort().join(",") });
  for (const name of Object.keys(NUMBERS))
    if (values[name] !== null) params.set(name, values[name]);
  if (values.since !== null) params.set("since", `${values.since} ${values.sinceUnit}`);
  for (const name of TABLES) {
    const said = answers(values[name]).sort();
    if (said.length > 0) params.set(name, said.join(","));
  }
  if (values.taking.length > 0) params.set("taking", values.taking.join(","));
  for (const { name, relief } of values.tried) params.append("tried", `${name}:${relief}`);
  return params;
}

/** What is known as parameters of an address; none where it is as at the beginning. */
export function written(values) {
  const params = all(values);
  return String(params) === String(all(beginning())) ? new URLSearchParams() : params;
}

/** What may be answered in each table, by name. */
function questionsOf({ observations, signs, history, red_flags: flags }) {
  const told = observations.filter(({ kind }) => kind === "yes_no");
  const names = (list) => new Set(list.map(({ name }) => name));
  return {
    symptoms: names(told.filter(({ how }) => how === "told")),
    signs: names([...told.filter(({ how }) => how === "examined"), ...signs]),
    history: names(history),
    red_flags: names(flags),
  };
}

/**
 * What an address means, `library` as the server has it, `names` the areas of the body.
 * **Returns:** the `state`, and what was `left` out as it cannot be, in words.
 */
export function readWritten(params, library, names) {
  const left = [];
  if ([...params.keys()].length === 0) return { state: beginning(), left };
  const state = asKnown({ values: {} });
  const questions = questionsOf(library.person);
  const listed = (key) => (params.get(key) ?? "").split(",").filter(Boolean).slice(0, MOST);
  const choose = (key, text, isThere) => {
    if (!isThere) left.push(`${key} ${quoted(text)}`);
    return isThere;
  };

  state.areas = new Set(listed("areas").filter((one) => choose("area", one, names.has(one))));
  for (const [key, bounds] of Object.entries(NUMBERS)) {
    if (!params.has(key)) continue;
    state[key] = numberIn(params.get(key), ...bounds);
    choose(key, params.get(key), state[key] !== null);
  }
  if (params.has("since")) {
    const [text, unit = "", ...rest] = params.get("since").split(" ");
    const since = UNITS.includes(unit) && rest.length === 0 ? numberIn(text, ...SINCE) : null;
    if (choose("since", params.get("since"), since !== null))
      Object.assign(state, { since, sinceUnit: unit });
  }
  for (const table of TABLES)
    for (const text of listed(table)) {
      const name = text.replace(/^-/, "");
      if (choose(table, text, questions[table].has(name)))
        state[table] = { ...state[table], [name]: text === name };
    }
  const medicines = new Set(library.person.medicines);
  state.taking = [...new Set(listed("taking"))].filter((one) =>
    choose("medicine", one, medicines.has(one)),
  );
  const treatments = new Set(library.treatments.map(({ name }) => name));
  for (const text of params.getAll("tried").slice(0, MOST)) {
    const [name, share = "", ...rest] = text.split(":");
    const relief = rest.length === 0 ? numberIn(share, 0, 100) : null;
    const isNew = !state.tried.some((one) => one.name === name);
    if (choose("tried", text, treatments.has(name) && relief !== null && isNew))
      state.tried = [...state.tried, { name, relief }];
  }
  const known = new Set(["areas", "since", "taking", "tried", ...Object.keys(NUMBERS), ...TABLES]);
  for (const key of new Set(params.keys())) if (!known.has(key)) left.push(quoted(key));
  return { state, left };
}
