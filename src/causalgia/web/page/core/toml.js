// Values as the text of a TOML file.

const BARE = /^[A-Za-z0-9_-]+$/;

const isTable = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const isTables = (value) => Array.isArray(value) && value.length > 0 && value.every(isTable);
const keyOf = (key) => (BARE.test(key) ? key : JSON.stringify(key));

function inline(value) {
  if (typeof value === "string") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(inline).join(", ")}]`;
  if (isTable(value))
    return `{ ${Object.entries(value)
      .map(([key, own]) => `${keyOf(key)} = ${inline(own)}`)
      .join(", ")} }`;
  return String(value);
}

function lines(table, path) {
  const present = Object.entries(table).filter(
    ([, value]) => value !== null && value !== undefined,
  );
  const plain = present.filter(([, value]) => !isTable(value) && !isTables(value));
  const found = plain.map(([key, value]) => `${keyOf(key)} = ${inline(value)}`);
  for (const [key, value] of present) {
    const own = [...path, keyOf(key)].join(".");
    if (isTable(value)) found.push("", `[${own}]`, ...lines(value, [...path, keyOf(key)]));
    else if (isTables(value))
      for (const one of value) found.push("", `[[${own}]]`, ...lines(one, [...path, keyOf(key)]));
  }
  return found;
}

/** The text of a document given as nested values; null is left out. */
export const toml = (document) =>
  `${lines(document, [])
    .join("\n")
    .replace(/^\n+/, "")
    .replace(/\n{3,}/g, "\n\n")}\n`;
