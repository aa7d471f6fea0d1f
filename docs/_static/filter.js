// A field that filters the rows of a table, for tables marked with data-filter.
"use strict";

for (const frame of document.querySelectorAll("[data-filter]")) {
  const rows = [...frame.querySelectorAll("tbody tr")];
  const texts = rows.map((row) => row.textContent.toLowerCase());
  const bar = document.createElement("div");
  bar.className = "filter";
  const field = document.createElement("input");
  field.type = "search";
  field.placeholder = "Filter: words that a row must hold";
  field.setAttribute("aria-label", "Filter the rows of the table");
  const count = document.createElement("span");
  count.setAttribute("role", "status");
  bar.append(field, count);
  frame.before(bar);

  const show = () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    rows.forEach((row, index) => {
      const keep = words.every((word) => texts[index].includes(word));
      row.hidden = !keep;
      shown += keep ? 1 : 0;
    });
    count.textContent = `${shown} of ${rows.length}`;
  };
  field.addEventListener("input", show);
  field.value = new URLSearchParams(location.search).get("filter") || "";
  show();
}
