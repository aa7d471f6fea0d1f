// What the panel knows, and the questions it asks the server about it.

import { post } from "../core/api.js";
import { latest } from "../core/latest.js";
import { makeStore } from "../core/store.js";
import { makeKnown, mechanismsAt, nearest, pointAt, seenFrom } from "./known.js";
import { beginning } from "./written.js";

const AHEAD_days = 365;
const LEAST_HORIZON_days = 28;
const GRID_days = 91;
// How far one may look: day by day where a cause moves fast, far where it is slow.
const FAST_days = 1827;
const SLOW_days = 7305;
// From here on the server takes longer steps where the cause is slow.
const FAR_days = 730.5;
const WEEK_days = 7;
const COURSE_EVERY_ms = 120;
const MUCH = 0.6;

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

  // Steps are longer where one looks far: what was answered with others is another course.
  const isFar = (days) => longest() === SLOW_days && days > FAR_days;
  const keyOf = (days) => JSON.stringify([values.cause, values.covariates, isFar(days)]);
  const known = makeKnown();
  /** What is known of this person, as far as one looks now or at least to today; null: nothing. */
  const own = () => {
    const found = known.of(keyOf(horizon()));
    return found && values.days <= found.day.at(-1) + WEEK_days ? found : null;
  };

  /** Whether nothing is done but what the disease does. */
  const isPlain = () => values.treatments.size === 0 && Object.keys(values.overrides).length === 0;
  const pointOf = (course) => pointAt(course, nearest(course, values.days), index.mechanisms);
  /** From which rating on pain counts; the same in every course. */
  let threshold = 0;

  /** The mechanisms that the disease has moved by today. */
  function moved() {
    const course = own() ?? values.course;
    return course ? mechanismsAt(course, nearest(course, values.days), index.mechanisms) : {};
  }

  /** The same, and what was moved by hand. */
  const mechanisms = () => ({ ...moved(), ...values.overrides });

  // What is shown stays late: it is not of what is set.
  const fail = (error) => store.change({ problem: error.message, isBusy: false });

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
      // What was answered last is not asked again: a course often leaves today as it was.
      if (asked !== lastPoints.asked)
        lastPoints = { asked, answer: await post("/pathway", body, signal) };
      return lastPoints.answer;
    },
    ({ points }, isNewest) => store.change({ points, problem: null, isLate: !isNewest || !own() }),
    fail,
  );
  let lastPoints = { asked: null, answer: null };

  async function courseOf(days, treatments, signal) {
    const { cause: name, covariates } = values;
    const key = keyOf(days);
    const body = { cause: name, covariates, horizon_days: days, treatments };
    const course = await post("/course", body, signal);
    known.keep(key, course);
    threshold = course.threshold;
    return course;
  }

  const askCourse = latest(
    (signal) =>
      courseOf(
        horizon(),
        given().map((one) => ({ ...one, start_day: values.days })),
        signal,
      ),
    (course, isNewest) =>
      store.change({ course, problem: null, ...(isNewest ? { isBusy: false } : {}) }),
    fail,
    { every_ms: COURSE_EVERY_ms },
  );

  /** How far one may yet have to ask so that the slider of time waits for nothing; null: no more. */
  function ahead() {
    const ends = longest() === SLOW_days ? [FAR_days, SLOW_days] : [FAST_days];
    return ends.find((days) => !(known.of(keyOf(days))?.day.at(-1) >= days)) ?? null;
  }
  /** How far one has to look for today alone; null where that is not much less than all of it. */
  function toToday() {
    const days = Math.max(Math.ceil(values.days / WEEK_days) * WEEK_days, LEAST_HORIZON_days);
    return isFar(horizon()) || days > MUCH * horizon() ? null : days;
  }
  // Today of another person comes first, the outlook after it: the server goes on from there.
  const askToday = latest(
    (signal) => courseOf(toToday() ?? horizon(), [], signal),
    (course) => {
      if (own()) refreshPoints();
      // Of where the hand was a moment ago: still late.
      else if (isPlain()) store.change({ points: [pointOf(course)], problem: null });
      askCourse();
    },
    fail,
  );

  // Nobody waits for it, and nothing is said where it fails.
  const askAhead = latest(
    (signal) => courseOf(ahead(), [], signal),
    () => lookAhead(),
    () => {},
  );
  /** Ask for all that the slider of time can reach, once today is answered. */
  function lookAhead() {
    if (own() && ahead() !== null) askAhead();
  }

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
    refreshCourse();
  }

  /** The course of what is set: from what is known, or asked for. */
  function refreshCourse() {
    const found = values.treatments.size === 0 ? known.of(keyOf(horizon())) : null;
    const course = found && seenFrom(found, horizon());
    if (!course) {
      store.change({ isBusy: true });
      if (own() || toToday() === null) askCourse();
      else askToday();
      return;
    }
    askCourse.drop();
    store.change({ course, isBusy: false, problem: null });
  }

  /** The state of today: from what is known, or asked for; with the course where that is not. */
  function refreshPoints() {
    const found = own();
    if (!found) {
      askPathway.drop();
      store.change({ isLate: true });
    } else if (isPlain()) {
      askPathway.drop();
      store.change({ points: [pointOf(found)], isLate: false, problem: null });
    } else {
      store.change({ isLate: true });
      askPathway();
    }
  }

  store.obey((changed) => {
    const has = (...names) => names.some((name) => changed.has(name));
    if (has("cause", "covariates")) askAhead.drop();
    if (has("cause")) {
      askToday.drop();
      askCourse.drop();
      askPathway.drop();
      // Numbers of another cause would stand beside the names of this one.
      store.change({ course: null, points: null });
    }
    if (has("cause", "covariates", "treatments", "days")) refreshCourse();
    if (has("cause", "covariates", "treatments", "days", "overrides", "course")) refreshPoints();
  });

  return {
    store,
    values,
    library,
    index,
    cause,
    mostDays,
    mechanisms,
    threshold: () => threshold,
    start,
    lookAhead,
  };
}
