// A form made of a list of fields; what is wrong with one stands beside it.

import { h, put, unique } from "../core/dom.js";

const LATER_ms = 250;

const isHalf = (field) => field.half ?? field.kind === "number";
const of = (given, values) => (typeof given === "function" ? given(values) : given);

/** What is wrong with the number of a field, in words; "" where nothing is. */
function wrongWith(field, input, values) {
  const [low, high] = [of(field.low, values), of(field.high, values)];
  const unit = of(field.unit, values);
  const inUnit = unit ? ` ${unit}` : "";
  const range =
    low !== undefined && high !== undefined
      ? `${low} to ${high}${inUnit}`
      : low !== undefined
        ? `${low}${inUnit} or more`
        : "a number";
  if (input.validity.badInput) return `That is no number. Allowed: ${range}.`;
  if (input.value === "") return field.empty ? "" : `Needed: ${range}.`;
  const value = Number(input.value);
  if (value < (low ?? -Infinity) || value > (high ?? Infinity)) return `Allowed: ${range}.`;
  return field.step === 1 && !Number.isInteger(value) ? "Allowed: whole numbers." : "";
}

function inputOf(field, value, common) {
  if (field.kind === "select") {
    const options = field.options.map(([name, label]) => h("option", { value: name }, label));
    const select = h("select", common, options);
    select.value = value;
    return select;
  }
  if (field.kind === "check")
    return h("input", { ...common, type: "checkbox", role: "switch", checked: Boolean(value) });
  if (field.kind === "number")
    return h("input", {
      ...common,
      type: "number",
      step: field.step ?? "any",
      value,
      inputmode: "decimal",
    });
  return h("input", { ...common, type: "text", value, maxlength: 200 });
}

function control(field, values, changed) {
  const id = unique("field");
  const [hintId, wrongId] = [`${id}-hint`, `${id}-wrong`];
  const described = field.hint ? hintId : null;
  const isNumber = field.kind === "number";
  const input = inputOf(field, values[field.name], {
    id,
    "aria-describedby": described,
    "data-field": field.name,
  });
  const wrong = h("p", { class: "wrong", id: wrongId, role: "alert", hidden: true });
  const unit = h("span", { class: "unit", "aria-hidden": "true" });
  const spoken = h("span", { class: "unseen" });

  function check() {
    const text = isNumber && !element.hidden ? wrongWith(field, input, values) : "";
    if (wrong.textContent !== text) wrong.textContent = text;
    wrong.hidden = !text;
    if (text) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
    const by = [described, text ? wrongId : null].filter(Boolean).join(" ");
    if (by) input.setAttribute("aria-describedby", by);
    else input.removeAttribute("aria-describedby");
    return !text;
  }
  const take = () => {
    const own = field.kind === "check" ? input.checked : input.value;
    changed(isNumber ? (own === "" ? null : Number(own)) : own);
  };
  const isTyped = isNumber || field.kind === "text";
  input.addEventListener(isTyped ? "input" : "change", () => {
    take();
    // While one types, only what was said to be wrong is looked at again.
    if (!wrong.hidden) check();
  });
  // Not while a button is being pressed: it would slip away beneath the hand.
  if (isTyped) input.addEventListener("change", () => setTimeout(check, LATER_ms));

  const hint = field.hint ? h("p", { class: "hint", id: hintId }, field.hint) : null;
  const element =
    field.kind === "check"
      ? h(
          "div",
          { class: "field wide" },
          h("label", { class: "switch" }, input, h("span", {}, field.label)),
          hint,
        )
      : h(
          "div",
          { class: isHalf(field) ? "field" : "field wide" },
          h("label", { for: id }, field.label, spoken),
          // Above the input, so that inputs side by side stay on one line.
          wrong,
          h("div", { class: "joined" }, input, unit),
          hint,
        );
  return {
    element,
    input,
    check,
    refresh() {
      element.hidden = field.when ? !field.when(values) : false;
      const words = of(field.unit, values) ?? "";
      unit.textContent = words;
      unit.hidden = !words;
      spoken.textContent = words ? `, ${words}` : "";
      if (!isNumber) return;
      const own = String(values[field.name] ?? "");
      if (document.activeElement !== input && input.value !== own) input.value = own;
      const limits = { min: field.low, max: field.high, placeholder: field.empty };
      for (const [name, limit] of Object.entries(limits)) {
        const now = of(limit, values);
        if (now === undefined) input.removeAttribute(name);
        else input.setAttribute(name, now);
      }
      if (!wrong.hidden) check();
    },
  };
}

/**
 * A form. `groups` are lists of fields under a title; a field with `when(values)` is there only
 * then. **Returns:** its `element`, its `values`, `fill(values)`, and `firstWrong()`, where a hand
 * has to go before it can be run; null where nowhere.
 */
export function makeForm(groups, start, changed) {
  const values = { ...start };
  const element = h("div", { class: "fields" });
  let controls = [];

  function refresh() {
    for (const one of controls) one.refresh();
  }

  function draw() {
    controls = [];
    put(
      element,
      groups.map(({ title, fields }) =>
        h(
          "fieldset",
          {},
          h("legend", {}, title),
          fields.map((field) => {
            const own = control(field, values, (value) => {
              values[field.name] = value;
              field.then?.(values);
              refresh();
              changed();
            });
            controls.push(own);
            return own.element;
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
    firstWrong: () => controls.filter((one) => !one.check())[0]?.input ?? null,
  };
}
