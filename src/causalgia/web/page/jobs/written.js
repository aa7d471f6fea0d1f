// What is set in a form as it is written in the address, and read from there: never believed.

import { numberIn, quoted } from "../core/given.js";

const MOST_TEXT = 200;
const IN_WORDS = /^[\p{L}\p{N} .,;:%()+/-]*$/u;

const bound = (limit, values) => (typeof limit === "function" ? limit(values) : limit);
const textOf = (value) => (value === true ? "1" : value === false ? "0" : String(value ?? ""));

/** What a text means to a field; null where it cannot be that. */
function valueIn(field, text, values) {
  if (field.kind === "select") return field.options.some(([name]) => name === text) ? text : null;
  if (field.kind === "check") return { 1: true, 0: false }[text] ?? null;
  if (field.kind === "number")
    return numberIn(text, bound(field.low, values), bound(field.high, values));
  return text.length <= MOST_TEXT && IN_WORDS.test(text) ? text : null;
}

/**
 * How the values of a form are written and read. `groups` of fields, `start` what a field is that
 * is not named, `beginning` what no parameter at all means. A field is written where it is not as
 * in `start`.
 */
export function makeWritten(groups, start, beginning) {
  const fields = groups.flatMap((group) => group.fields);
  const isAtBeginning = (values) =>
    fields.every(({ name }) => textOf(values[name]) === textOf(beginning[name]));

  function written(values) {
    const params = new URLSearchParams();
    if (isAtBeginning(values)) return params;
    for (const { name } of fields) {
      const text = textOf(values[name]);
      if (start[name] === undefined || text !== textOf(start[name])) params.set(name, text);
    }
    // As at the start in everything: still not nothing at all.
    if (params.size === 0) params.set(fields[0].name, textOf(values[fields[0].name]));
    return params;
  }

  function read(params) {
    const left = [];
    if ([...params.keys()].length === 0) return { state: { ...beginning }, left };
    const state = { ...beginning, ...start };
    for (const field of fields) {
      const text = params.get(field.name);
      if (text === null) continue;
      const isOpen = text === "" && field.kind === "number" && field.empty;
      const value = isOpen ? null : valueIn(field, text, state);
      if (value === null && !isOpen) left.push(`${field.label} ${quoted(text)}`);
      else state[field.name] = value;
    }
    const known = new Set(fields.map(({ name }) => name));
    for (const key of new Set(params.keys())) if (!known.has(key)) left.push(quoted(key));
    return { state, left };
  }

  return { written, read };
}
