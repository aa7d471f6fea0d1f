// Where it hurts: the body, a list to search, and what was marked.

import { h, put, unique } from "../core/dom.js";
import { follow } from "../core/store.js";
import { makeBody } from "../figures/body.js";

/** The part of the panel; `body` as the data file has it. */
export function makeWhere(model, body) {
  const { store, values } = model;
  const toggle = (area) => {
    const areas = new Set(values.areas);
    if (!areas.delete(area)) areas.add(area);
    store.change({ areas });
  };
  const map = makeBody(body, (area) => values.areas.has(area), toggle);

  const names = Object.keys(body.areas);
  const list = unique("areas");
  const search = unique("search");
  const note = h("p", { class: "hint", role: "status" });
  const input = h("input", {
    id: search,
    type: "search",
    list,
    placeholder: "left thumb",
    autocomplete: "off",
  });
  const add = () => {
    const wanted = input.value.trim().toLowerCase();
    const found =
      names.find((name) => name.toLowerCase() === wanted) ??
      names.find((name) => wanted && name.toLowerCase().includes(wanted));
    if (!found) {
      put(note, wanted ? `No area is called “${wanted}”.` : "Type the name of an area.");
      return;
    }
    if (!values.areas.has(found)) toggle(found);
    put(note, `${found} is marked.`);
    input.value = "";
  };
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    add();
  });
  input.addEventListener("input", (event) => {
    // A name chosen from the list comes whole, without typing.
    if (names.includes(input.value) && event.inputType !== "insertText") add();
  });

  const marked = h("ul", { class: "chips", "aria-label": "Marked areas" });
  follow(store, ["areas"], () => {
    map.refresh();
    put(
      marked,
      [...values.areas].map((area) =>
        h(
          "li",
          {},
          h(
            "button",
            {
              type: "button",
              class: "chip",
              "aria-label": `Unmark ${area}`,
              onclick: () => toggle(area),
            },
            area,
            h("span", { "aria-hidden": "true" }, " ×"),
          ),
        ),
      ),
    );
  });

  return [
    map.element,
    marked,
    h(
      "div",
      { class: "field" },
      h("label", { for: search }, "Or name it"),
      h("div", { class: "joined" }, input, h("button", { type: "button", onclick: add }, "Mark")),
      h(
        "datalist",
        { id: list },
        names.map((name) => h("option", { value: name })),
      ),
    ),
    note,
  ];
}
