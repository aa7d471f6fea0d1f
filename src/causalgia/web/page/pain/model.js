// What the panel knows, and the questions it asks the server about it.

import { post } from "../core/api.js";
import { latest } from "../core/latest.js";
import { makeStore } from "../core/store.js";

const AHEAD_days = 365;
const LEAST_HORIZON_days = 28;
const GRID_days = 91;
// How far one may look: day by day where a cause moves fast, far where it is slow.
const FAST_days = 1827;
const SLOW_days = 7305;
const WEEK_days = 7;

/** The store of the panel; `library` as the server has it. */
export function makeModel(library, example) {
  const store = makeStore({
    areas: new Set(example.areas),
    cause: example.cause,
    days: example.days,
    covariates: example.covariates ?? {},
    treatments: new Map(),
    overrides: {},
    test: "rest",
    showTreated: true,
    course: null,
    points: null,
    healthy: null,
    problem: null,
    isBusy: true,
  });
  const { values } = store;
  const byName = (list) => new Map(list.map((entry) => [entry.name, entry]));
  const index = {
    causes: byName(library.causes),
    treatments: byName(library.treatments),
    mechanisms: byName(library.mechanisms),
  };

  const cause = () => index.causes.get(values.cause);
  const longest = () => (cause().longest_step_days >= WEEK_days ? SLOW_days : FAST_days);
  const mostDays = () => longest() - AHEAD_days;
  const horizon = () => {
    const wanted = Math.ceil((values.days + AHEAD_days) / GRID_days) * GRID_days;
    return Math.min(Math.max(wanted, LEAST_HORIZON_days), longest());
  };
  const given = () =>
    [...values.treatments].map(([name, { dose, place }]) => ({
      name,
      dose: dose ?? null,
      place: place ?? null,
    }));

  /** The mechanisms that the disease has moved by today. */
  function moved() {
    const { course, days } = values;
    if (!course) return {};
    let nearest = 0;
    course.day.forEach((end, i) => {
      if (Math.abs(end - days) < Math.abs(course.day[nearest] - days)) nearest = i;
    });
    return Object.fromEntries(
      Object.entries(course.untreated.mechanisms).map(([name, series]) => {
        const { low, high } = index.mechanisms.get(name);
        return [name, Math.min(Math.max(series[nearest], low), high)];
      }),
    );
  }

  /** The same, and what was moved by hand. */
  const mechanisms = () => ({ ...moved(), ...values.overrides });

  const fail = (error) => store.change({ problem: error.message, isBusy: false });

  const askPathway = latest(
    (signal) => {
      const state = { mechanisms: mechanisms() };
      const days = Math.max(
        ...given().map(({ name }) => index.treatments.get(name).assessed_after_days),
        0,
      );
      const points =
        values.treatments.size > 0 ? [state, { ...state, treatments: given(), days }] : [state];
      return post(
        "/pathway",
        { points, covariates: { ...cause().usual, ...values.covariates } },
        signal,
      );
    },
    ({ points }) => store.change({ points, problem: null }),
    fail,
    20,
  );

  const askCourse = latest(
    (signal) =>
      post(
        "/course",
        {
          cause: values.cause,
          covariates: values.covariates,
          horizon_days: horizon(),
          treatments: given().map((one) => ({ ...one, start_day: values.days })),
        },
        signal,
      ),
    (course) => store.change({ course, isBusy: false, problem: null }),
    fail,
    70,
  );

  /** What a healthy nerve does, which all else is held against. */
  async function askHealthy() {
    try {
      const { points } = await post("/pathway", { points: [{}] });
      store.change({ healthy: points[0] });
    } catch (error) {
      fail(error);
    }
  }

  function start() {
    askHealthy();
    askCourse();
  }

  store.listen((changed) => {
    const has = (...names) => names.some((name) => changed.has(name));
    if (has("cause", "covariates", "treatments", "days")) {
      // Numbers of another cause would stand beside the names of this one.
      store.change(has("cause") ? { isBusy: true, course: null, points: null } : { isBusy: true });
      askCourse();
    }
    // With another cause or person, what the disease moved is not known before the course is.
    if (values.course === null) return;
    if (has("course", "overrides") || has("treatments", "days")) askPathway();
  });

  return { store, values, library, index, cause, mostDays, moved, mechanisms, start };
}
