// Questions one answers with yes or no, or leaves open: unknown is not no.

import { h, unique } from "../core/dom.js";
import { follow } from "../core/store.js";

const CHOICES = [
  [true, "Yes"],
  [false, "No"],
];

/** Yes and No for one question; pressing what is pressed opens it again. */
export function makeYesNo(label, answer, choose) {
  const buttons = CHOICES.map(([value, words]) => {
    const button = h(
      "button",
      {
        type: "button",
        "aria-label": `${words}: ${label}`,
        onclick: () => choose(answer() === value ? null : value),
      },
      words,
    );
    return [value, button];
  });
  return {
    element: h(
      "span",
      { class: "segments yes-no", role: "group", "aria-label": label },
      buttons.map(([, button]) => button),
    ),
    refresh() {
      for (const [value, button] of buttons)
        button.setAttribute("aria-pressed", String(answer() === value));
    },
  };
}

function makeQuestion(model, table, { name, label, hint }) {
  const { values } = model;
  const yesNo = makeYesNo(
    label,
    () => values[table][name] ?? null,
    (value) => model.answer(table, name, value),
  );
  const element = h(
    "li",
    { class: "question", "data-question": name },
    h("span", {}, label, hint ? h("span", { class: "hint" }, hint) : null),
    yesNo.element,
  );
  return { name, text: `${label} ${hint ?? ""}`.toLowerCase(), element, refresh: yesNo.refresh };
}

/**
 * A list of `questions` (name, label, hint) of one table of what is known; with `search`, only
 * those are shown that hold what is typed or are answered, or the first `most`.
 */
export function makeQuestions(model, table, questions, { search = null, most = Infinity } = {}) {
  const { store, values } = model;
  const rows = questions.map((one) => makeQuestion(model, table, one));
  const id = unique("find");
  const input = search
    ? h("input", { id, type: "search", autocomplete: "off", placeholder: search.example })
    : null;
  const note = h("p", { class: "hint", role: "status" });
  const refresh = () => {
    const wanted = input?.value.trim().toLowerCase() ?? "";
    let shown = 0;
    let hidden = 0;
    for (const row of rows) {
      row.refresh();
      const fits = wanted ? row.text.includes(wanted) : shown < most;
      row.element.hidden = !fits && !(row.name in values[table]);
      if (row.element.hidden) hidden += 1;
      else shown += 1;
    }
    note.textContent = hidden > 0 && !wanted ? `And ${hidden} more: find them by name.` : "";
    if (wanted && shown === 0) note.textContent = "None of that name.";
  };
  input?.addEventListener("input", refresh);
  follow(store, [table], refresh);
  return [
    input ? h("div", { class: "field" }, h("label", { for: id }, search.label), input) : null,
    h(
      "ul",
      { class: "questions" },
      rows.map(({ element }) => element),
    ),
    note,
  ];
}
