// A form made of a list of fields.

import { h, put, unique } from "../core/dom.js";

const isHalf = (field) => field.half ?? field.kind === "number";

function control(field, value, changed) {
  const id = unique("field");
  const described = field.hint ? `${id}-hint` : null;
  const common = { id, "aria-describedby": described, "data-field": field.name };
  let input;
  if (field.kind === "select") {
    input = h(
      "select",
      common,
      field.options.map(([name, label]) => h("option", { value: name }, label)),
    );
    input.value = value;
  } else if (field.kind === "check") {
    input = h("input", { ...common, type: "checkbox", role: "switch", checked: Boolean(value) });
  } else if (field.kind === "number") {
    input = h("input", {
      ...common,
      type: "number",
      min: field.low,
      max: field.high,
      step: field.step ?? "any",
      value,
      inputmode: "decimal",
      placeholder: field.empty,
    });
  } else {
    input = h("input", { ...common, type: "text", value, maxlength: 200 });
  }
  input.addEventListener(
    field.kind === "text" || field.kind === "number" ? "input" : "change",
    () => {
      const own = field.kind === "check" ? input.checked : input.value;
      changed(field.kind === "number" ? (own === "" ? null : Number(own)) : own);
    },
  );
  const hint = field.hint ? h("p", { class: "hint", id: described }, field.hint) : null;
  if (field.kind === "check")
    return h(
      "div",
      { class: "field wide" },
      h("label", { class: "switch" }, input, h("span", {}, field.label)),
      hint,
    );
  const unit = field.unit ? h("span", { class: "unit", "aria-hidden": "true" }, field.unit) : null;
  const label = h(
    "label",
    { for: id },
    field.label,
    field.unit ? h("span", { class: "unseen" }, `, ${field.unit}`) : null,
  );
  return h(
    "div",
    { class: isHalf(field) ? "field" : "field wide" },
    label,
    h("div", { class: "joined" }, input, unit),
    hint,
  );
}

/**
 * A form. `groups` are lists of fields under a title; a field with `when(values)` is there only
 * then. **Returns:** its `element`, its `values`, and `fill(values)`.
 */
export function makeForm(groups, start, changed) {
  const values = { ...start };
  const element = h("div", { class: "fields" });
  const hidden = [];

  function refresh() {
    for (const { field, element: own } of hidden)
      own.hidden = field.when ? !field.when(values) : false;
  }

  function draw() {
    hidden.length = 0;
    put(
      element,
      groups.map(({ title, fields }) =>
        h(
          "fieldset",
          {},
          h("legend", {}, title),
          fields.map((field) => {
            const own = control(field, values[field.name], (value) => {
              values[field.name] = value;
              refresh();
              changed();
            });
            hidden.push({ field, element: own });
            return own;
          }),
        ),
      ),
    );
    refresh();
  }
  draw();
  return {
    element,
    values,
    fill(some) {
      Object.assign(values, some);
      draw();
      changed();
    },
  };
}
