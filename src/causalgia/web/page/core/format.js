// Numbers and times as people read them.

const DAYS_IN_WEEK = 7;
const DAYS_IN_MONTH = 30.4375;
const DAYS_IN_YEAR = 365.25;

/** A rating from 0 to 10. */
export const rating = (value) => value.toFixed(1);

/** A share from 0 to 1. */
export function percent(share) {
  const whole = Math.round(100 * share);
  if (share > 0 && whole === 0) return "<1 %";
  if (share < 1 && whole === 100 && share < 0.9995) return ">99 %";
  return `${whole} %`;
}

/** A share with what it lies between: "62 % (50 to 70 %)"; once where all of it reads alike. */
export function percentWithin({ value, low, high }) {
  const [own, from, to] = [value, low, high].map(percent);
  if (from === to) return own === from ? own : `${own} (${from})`;
  return `${own} (${from.replace(" %", "")} to ${to})`;
}

/** A number in few digits. */
export function short(value) {
  const size = Math.abs(value);
  if (size !== 0 && size < 0.01) return "0";
  if (size >= 100) return String(Math.round(value));
  return String(Number(value.toFixed(size >= 10 ? 1 : 2)));
}

/** A rate. */
export const hertz = (value) =>
  value < 0.005 ? "0 Hz" : `${short(value < 1 ? value : Number(value.toFixed(1)))} Hz`;

function count(number, unit) {
  return `${number} ${unit}${number === 1 ? "" : "s"}`;
}

/** A span of days in the unit one would say it in. */
export function span(days) {
  if (days < 1.5 * DAYS_IN_WEEK) return count(Math.round(days), "day");
  if (days < 2.5 * DAYS_IN_MONTH) return count(Math.round(days / DAYS_IN_WEEK), "week");
  if (days < 1.95 * DAYS_IN_YEAR) return count(Math.round(days / DAYS_IN_MONTH), "month");
  const years = days / DAYS_IN_YEAR;
  return count(years < 5 ? Number(years.toFixed(1)) : Math.round(years), "year");
}

/** The first letter large. */
export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** Names in a row: "a, b and c". */
export function listed(names) {
  if (names.length < 2) return names.join("");
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/** A size of a file. */
export function bytes(size) {
  if (size < 1000) return `${size} B`;
  return size < 1e6 ? `${Math.round(size / 1e3)} kB` : `${(size / 1e6).toFixed(1)} MB`;
}
