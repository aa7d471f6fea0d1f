// Figures to take away: the picture as SVG that stands by itself, its numbers as CSV.

const KEPT = [
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-width",
  "stroke-opacity",
  "stroke-dasharray",
  "stroke-linecap",
  "stroke-linejoin",
  "opacity",
  "font-size",
  "font-weight",
  "font-family",
  "text-anchor",
  "paint-order",
  "stop-color",
  "stop-opacity",
  "visibility",
  "display",
];

function offer(text, type, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** The picture with all that the page's style gives it written into it. */
export function standalone(picture) {
  const copy = picture.cloneNode(true);
  const shown = [picture, ...picture.querySelectorAll("*")];
  const copies = [copy, ...copy.querySelectorAll("*")];
  shown.forEach((element, index) => {
    const style = getComputedStyle(element);
    for (const name of KEPT) {
      const value = style.getPropertyValue(name);
      if (value) copies[index].setAttribute(name, value);
    }
    for (const name of ["class", "tabindex", "role"]) copies[index].removeAttribute(name);
  });
  const [, , width, height] = copy.getAttribute("viewBox").split(/\s+/);
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("width", width);
  copy.setAttribute("height", height);
  return new XMLSerializer().serializeToString(copy);
}

function cell(value) {
  const text = value === null || value === undefined ? "" : String(value);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Rows as CSV, the first with the names of the columns. */
export const csv = (rows) => `${rows.map((row) => row.map(cell).join(",")).join("\n")}\n`;

/** Hand out a picture. */
export const saveSvg = (picture, name) =>
  offer(standalone(picture), "image/svg+xml", `causalgia_${name}.svg`);

/** Hand out rows. */
export const saveCsv = (rows, name) =>
  offer(csv(rows), "text/csv;charset=utf-8", `causalgia_${name}.csv`);
