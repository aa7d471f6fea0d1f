// What the panel knows, and the questions it asks the server about it.

import { post } from "../core/api.js";
import { latest } from "../core/latest.js";
import { makeStore } from "../core/store.js";
import { beginning } from "./written.js";

const AHEAD_days = 365;
const LEAST_HORIZON_days = 28;
const GRID_days = 91;
// How far one may look: day by day where a cause moves fast, far where it is slow.
const FAST_days = 1827;
const SLOW_days = 7305;
const WEEK_days = 7;
const COURSE_EVERY_ms = 120;

/** The store of the panel, as it begins; `library` as the server has it. */
export function makeModel(library) {
  const store = makeStore({
    ...beginning(),
    showTreated: true,
    course: null,
    points: null,
    healthy: null,
    problem: null,
    // What is shown and not yet of what is set: the course, and the state of today.
    isBusy: true,
    isLate: true,
  });
  const { values } = store;
  const byName = (list) => new Map(list.map((entry) => [entry.name, entry]));
  const index = {
    causes: byName(library.causes),
    treatments: byName(library.treatments),
    mechanisms: byName(library.mechanisms),
  };

  const cause = () => index.causes.get(values.cause);
  const longest = (name = values.cause) =>
    index.causes.get(name).longest_step_days >= WEEK_days ? SLOW_days : FAST_days;
  const mostDays = (name) => longest(name) - AHEAD_days;
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

  // What is shown stays late: it is not of what is set.
  const fail = (error) => store.change({ problem: error.message, isBusy: false });

  /** Whether the course that is known reaches today, and is of this person. */
  let isOther = false;
  const isReached = () => !isOther && values.days <= values.course.day.at(-1) + WEEK_days;

  // What was answered last is not asked again: a course often leaves today as it was.
  let known = { asked: null, answer: null };
  const askPathway = latest(
    async (signal) => {
      const state = { mechanisms: mechanisms() };
      const days = Math.max(
        ...given().map(({ name }) => index.treatments.get(name).assessed_after_days),
        0,
      );
      const points =
        values.treatments.size > 0 ? [state, { ...state, treatments: given(), days }] : [state];
      const body = { points, covariates: { ...cause().usual, ...values.covariates } };
      const asked = JSON.stringify(body);
      if (asked !== known.asked)
        known = { asked, answer: await post("/pathway", body, signal) };
      return known.answer;
    },
    ({ points }, isNewest) => store.change({ points, problem: null, isLate: !isNewest || isOther }),
    fail,
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
    (course, isNewest) => {
      if (isNewest) isOther = false;
      store.change({ course, problem: null, ...(isNewest ? { isBusy: false } : {}) });
    },
    fail,
    { every_ms: COURSE_EVERY_ms },
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
    if (has("cause", "covariates")) isOther = true;
    if (has("cause")) {
      askCourse.drop();
      askPathway.drop();
      // Numbers of another cause would stand beside the names of this one.
      store.change({ course: null, points: null });
    }
    if (has("cause", "covariates", "treatments", "days")) {
      store.change({ isBusy: true, isLate: true });
      askCourse();
    }
    // With another cause or person, what the disease moved is not known before the course is.
    if (values.course === null || !(has("course") || isReached())) return;
    if (has("course", "overrides", "treatments", "days")) {
      store.change({ isLate: true });
      askPathway();
    }
  });

  return { store, values, library, index, cause, mostDays, moved, mechanisms, start };
}
