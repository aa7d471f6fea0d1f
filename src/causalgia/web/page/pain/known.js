// Courses that were answered: what they say nearer than they reach, and of the state on a day.

const MOST_KEPT = 8;
const MOVED = 1e-6;

/** Each series of a table of any depth, up to its first `count` values. */
function upTo(table, count) {
  if (Array.isArray(table))
    return Array.isArray(table[0]) ? table.map((one) => upTo(one, count)) : table.slice(0, count);
  return Object.fromEntries(Object.entries(table).map(([name, own]) => [name, upTo(own, count)]));
}

/** A course as it is seen when one looks so many days far; null where it does not reach. */
export function seenFrom(course, days) {
  const last = course.day.findIndex((end) => end >= days);
  if (last < 0) return null;
  if (last === course.day.length - 1) return course;
  const { day, untreated, treated, states } = course;
  const cut = (table) => upTo(table, last + 1);
  return {
    ...course,
    day: cut(day),
    untreated: cut(untreated),
    treated: treated && cut(treated),
    states: cut(states),
  };
}

/** The interval that ends nearest to a day. */
export function nearest({ day }, days) {
  let found = 0;
  day.forEach((end, i) => {
    if (Math.abs(end - days) < Math.abs(day[found] - days)) found = i;
  });
  return found;
}

/** Each series of a table of any depth at an interval. */
const at = (table, i) =>
  Array.isArray(table)
    ? table[i]
    : Object.fromEntries(Object.entries(table).map(([name, own]) => [name, at(own, i)]));

/** Mechanisms at an interval, `entries` by name. */
export const mechanismsAt = (course, i, entries) =>
  Object.fromEntries(
    Object.entries(course.untreated.mechanisms).map(([name, series]) => {
      const { low, high } = entries.get(name);
      return [name, Math.min(Math.max(series[i], low), high)];
    }),
  );

/** What the pathway makes of the untreated state at an interval, as it is answered for a point. */
export function pointAt(course, i, entries) {
  const moved = Object.entries(mechanismsAt(course, i, entries)).filter(
    ([name, value]) => Math.abs(value - entries.get(name).healthy) > MOVED,
  );
  return { ...at(course.states, i), mechanisms: Object.fromEntries(moved), warnings: [] };
}

/** Untreated courses by `key`, the farthest that was answered of each; the oldest goes first. */
export function makeKnown() {
  const kept = new Map();
  return {
    of: (key) => kept.get(key) ?? null,
    keep(key, course) {
      const before = kept.get(key);
      kept.delete(key);
      const farther = !before || before.day.at(-1) < course.day.at(-1) ? course : before;
      kept.set(key, { ...farther, treated: null, warnings: [] });
      if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value);
    },
  };
}
