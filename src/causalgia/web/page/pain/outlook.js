// The outlook of the case: the figure, and a sentence that says the same.

import { h } from "../core/dom.js";
import { rating } from "../core/format.js";
import { follow } from "../core/store.js";
import { makeFigure } from "../figures/figure.js";
import { drawOutlook, outlookRows, readAt } from "../figures/outlook.js";

const AHEAD_days = 365;

/** The figure. */
export function makeOutlook(model) {
  const { store, values } = model;
  const summary = () => {
    const read = readAt(
      values.course,
      Math.min(values.days + AHEAD_days, values.course.day.at(-1)),
    );
    const { length } = values.course.untreated.everyone;
    const count = (share) => Math.round(share * length);
    return (
      `A year on: ${rating(read.untreated)} untreated` +
      (read.treated === null ? "" : `, ${rating(read.treated)} treated`) +
      `. Of ${length} such people, ${count(read.inPain)} ${count(read.inPain) === 1 ? "is" : "are"} in pain then` +
      (read.inPainTreated === null ? "." : `; treated, ${count(read.inPainTreated)}.`)
    );
  };
  const figure = makeFigure({
    name: "outlook",
    title: "Outlook",
    lead: "Pain at rest. The bold line is this person, thin ones are seven others with the same cause.",
    draw: (width) =>
      values.course
        ? drawOutlook(width, {
            course: values.course,
            today: values.days,
            description: `Pain at rest over time. ${summary()}`,
            onRead: (text) => figure.caption(text ?? summary()),
          })
        : document.createComment(""),
    rows: () => outlookRows(values.course),
    controls: [
      h(
        "ul",
        { class: "legend", "aria-hidden": "true" },
        h("li", { class: "untreated" }, "untreated"),
        h("li", { class: "treated" }, "treated from today"),
      ),
    ],
  });
  follow(store, ["course", "days"], () => {
    if (!values.course) return;
    figure.caption(summary());
    figure.redraw();
  });
  return figure.element;
}
