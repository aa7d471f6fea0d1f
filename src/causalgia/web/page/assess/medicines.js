// What is taken and what was tried, as chips.

import { h, put, unique } from "../core/dom.js";
import { follow } from "../core/store.js";

function chips({ store, values }, table, label, words) {
  const list = h("ul", { class: "chips", "aria-label": label });
  follow(store, [table], () => {
    put(
      list,
      values[table].map((one) =>
        h(
          "li",
          {},
          h(
            "button",
            {
              type: "button",
              class: "chip",
              "aria-label": `Remove ${words(one)}`,
              onclick: () => store.change({ [table]: values[table].filter((own) => own !== one) }),
            },
            words(one),
            h("span", { "aria-hidden": "true" }, " ×"),
          ),
        ),
      ),
    );
  });
  return list;
}

function makeTaking(model) {
  const { store, values, library } = model;
  const [id, names] = [unique("medicine"), unique("medicines")];
  const note = h("p", { class: "hint", role: "status" });
  const input = h("input", { id, type: "search", list: names, autocomplete: "off" });
  const add = () => {
    const wanted = input.value.trim().toLowerCase().replaceAll(" ", "_");
    const found = library.person.medicines.find((name) => name.toLowerCase() === wanted);
    put(note, found ? "" : "No medicine of that name is known here; leave it out.");
    if (!found) return;
    if (!values.taking.includes(found)) store.change({ taking: [...values.taking, found] });
    input.value = "";
  };
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    add();
  });
  return [
    h(
      "div",
      { class: "field" },
      h("label", { for: id }, "Taken now"),
      h("div", { class: "joined" }, input, h("button", { type: "button", onclick: add }, "Add")),
      h(
        "datalist",
        { id: names },
        library.person.medicines.map((name) => h("option", { value: name.replaceAll("_", " ") })),
      ),
    ),
    note,
    chips(model, "taking", "Taken now", (name) => name.replaceAll("_", " ")),
  ];
}

function makeTried(model) {
  const { store, values, library } = model;
  const [id, reliefId] = [unique("tried"), unique("relief")];
  const select = h(
    "select",
    { id },
    library.treatments.map(({ name, label }) => h("option", { value: name }, label)),
  );
  const relief = h("input", {
    id: reliefId,
    type: "number",
    min: 0,
    max: 100,
    value: 0,
    inputmode: "numeric",
  });
  const add = () => {
    const share = Math.min(Math.max(Number(relief.value) || 0, 0), 100);
    const others = values.tried.filter(({ name }) => name !== select.value);
    store.change({ tried: [...others, { name: select.value, relief: share }] });
  };
  const labelOf = (wanted) =>
    library.treatments.find(({ name }) => name === wanted)?.label ?? wanted;
  return [
    h("div", { class: "field" }, h("label", { for: id }, "Tried before"), select),
    h(
      "div",
      { class: "field" },
      h("label", { for: reliefId }, "Relief it gave", h("span", { class: "unseen" }, ", %")),
      h(
        "div",
        { class: "joined" },
        relief,
        h("span", { class: "unit", "aria-hidden": "true" }, "%"),
        h("button", { type: "button", onclick: add }, "Add"),
      ),
    ),
    chips(model, "tried", "Tried before", (one) => `${labelOf(one.name)}, ${one.relief} %`),
  ];
}

/** The part of the panel. */
export const makeTaken = (model) => [...makeTaking(model), ...makeTried(model)];
