// What is known of a person, and what the server makes of it.

import { post } from "../core/api.js";
import { latest } from "../core/latest.js";
import { makeStore } from "../core/store.js";

const YES_NO = ["symptoms", "signs", "history", "red_flags"];

/** Units in which one says how long ago it began. */
export const UNITS = ["days", "weeks", "months", "years"];

/** Nothing known. */
export const nothing = () => ({
  areas: new Set(),
  now: null,
  worst: null,
  since: null,
  sinceUnit: "months",
  age: null,
  symptoms: {},
  signs: {},
  history: {},
  red_flags: {},
  taking: [],
  tried: [],
});

/** A table without what is empty; null where nothing is left. */
function filled(table) {
  const some = Object.entries(table).filter(([, value]) => {
    if (value === null || value === undefined) return false;
    return typeof value !== "object" || Object.keys(value).length > 0;
  });
  return some.length > 0 ? Object.fromEntries(some) : null;
}

/** What is known as the tables of a case file. */
export function personOf(values) {
  const { now, worst, since, age } = values;
  return (
    filled({
      patient: filled({ age: age === null ? null : `${age} years` }),
      cause: filled({ onset: since === null ? null : `${since} ${values.sinceUnit} ago` }),
      pain: filled({ now, worst, symptoms: filled(values.symptoms) }),
      drawing: filled({ areas: [...values.areas] }),
      signs: filled(values.signs),
      history: filled(values.history),
      red_flags: filled(values.red_flags),
      taking: values.taking.map((name) => ({ name })),
      tried: values.tried.map(({ name, relief }) => filled({ name, relief: `${relief} %` })),
    }) ?? {}
  );
}

/** The store of the tab. `weigh()` asks what is known so far speaks for. */
export function makeAssessModel(library) {
  const store = makeStore({
    ...nothing(),
    found: null,
    problem: null,
    isBusy: false,
    // Whether what was found is of what is known now.
    isLate: false,
  });
  const { values } = store;
  const weigh = latest(
    (signal) => post("/assess", { person: personOf(values), in_full: true }, signal),
    (found, isNewest) =>
      store.change({
        found,
        problem: null,
        ...(isNewest ? { isBusy: false, isLate: false } : {}),
      }),
    (error) => store.change({ problem: error.message, isBusy: false }),
    { patience_ms: 60_000 },
  );
  store.listen((changed) => {
    const isKnown = Object.keys(nothing()).some((name) => changed.has(name));
    if (isKnown) store.change({ isLate: true });
  });
  return {
    store,
    values,
    library,
    weigh() {
      store.change({ isBusy: true, problem: null });
      weigh();
    },
    /** Answer a question of a table; null leaves it open. */
    answer(table, name, value) {
      const { [name]: _, ...others } = values[table];
      store.change({ [table]: value === null ? others : { ...others, [name]: value } });
    },
    /** The table that a question of this name belongs to; null where it is none of yes or no. */
    tableOf(name) {
      const { person } = library;
      if (person.observations.some((one) => one.name === name && one.kind === "yes_no"))
        return person.observations.find((one) => one.name === name).how === "examined"
          ? "signs"
          : "symptoms";
      return YES_NO.find((table) => person[table]?.some((one) => one.name === name)) ?? null;
    },
  };
}
