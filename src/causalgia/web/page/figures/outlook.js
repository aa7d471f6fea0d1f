// Pain over time: what becomes of people, without and with treatment.

import { s } from "../core/dom.js";
import { percent, rating, span } from "../core/format.js";
import { line, scale } from "./curve.js";

const HEIGHT = 264;
const MARGIN = { left: 30, right: 12, top: 26, bottom: 34 };
const DAYS = { week: 7, month: 30.4375, year: 365.25 };
const MOST_TICKS = 8;
const NARROW_px = 480;

function ticks(last, room) {
  const steps = [
    [2 * DAYS.week, DAYS.week, "wk"],
    [DAYS.month, DAYS.month, "mo"],
    [3 * DAYS.month, DAYS.month, "mo"],
    [6 * DAYS.month, DAYS.month, "mo"],
    [DAYS.year, DAYS.year, "y"],
    [2 * DAYS.year, DAYS.year, "y"],
    [5 * DAYS.year, DAYS.year, "y"],
  ];
  const most = room < NARROW_px ? MOST_TICKS / 2 : MOST_TICKS;
  const [step, unit, name] = steps.find(([size]) => last / size <= most) ?? steps.at(-1);
  return Array.from({ length: Math.floor(last / step) + 1 }, (_, i) => ({
    day: i * step,
    text: i === 0 ? "onset" : `${Math.round((i * step) / unit)} ${name}`,
  }));
}

/** The lines of all people; `from` is the interval with which they begin. */
function arm(course, values, kind, x, y, from = 0) {
  const drawn = (series) =>
    line(course.day.slice(from).map((day, index) => [x(day), y(series[from + index])]));
  return [
    values.everyone.slice(1).map((one) => s("path", { d: drawn(one), class: `one ${kind}` })),
    s("path", { d: drawn(values.rating.rest), class: `median ${kind}` }),
  ];
}

/** The last interval before treatment, where the lines still lie on each other. */
function beginning(course, today) {
  const after = course.day.findIndex((end) => end > today);
  return Math.max((after < 0 ? course.day.length : after) - 1, 0);
}

/** What is read off at a day. */
export function readAt(course, day) {
  const index = course.day.findIndex((end) => end >= day);
  const i = index < 0 ? course.day.length - 1 : index;
  const untreated = course.untreated.rating.rest[i];
  const treated = course.treated?.rating.rest[i] ?? null;
  return {
    day: course.day[i],
    untreated,
    treated,
    inPain: course.untreated.in_pain[i],
    inPainTreated: course.treated?.in_pain[i] ?? null,
    text:
      `${span(course.day[i])} after onset: ${rating(untreated)} untreated` +
      (treated === null ? "" : `, ${rating(treated)} treated`) +
      ` · ${percent(course.untreated.in_pain[i])} of ${course.untreated.everyone.length} in pain` +
      (treated === null ? "" : `, treated ${percent(course.treated.in_pain[i])}`),
  };
}

/** The picture of a `course` for a person who is `today` days after the onset. */
export function drawOutlook(width, { course, today, description, onRead }) {
  const last = course.day.at(-1);
  const x = scale(0, last, MARGIN.left, width - MARGIN.right);
  const y = scale(0, 10, HEIGHT - MARGIN.bottom, MARGIN.top);
  const bottom = y(0);
  const cursor = s("path", { class: "cursor", d: "" });
  const shade = {
    x: MARGIN.left,
    y: MARGIN.top,
    width: Math.max(x(today) - MARGIN.left, 0),
    height: bottom - MARGIN.top,
  };
  const atEdge = x(today) > width - 60;
  const picture = s(
    "svg",
    { viewBox: `0 0 ${width} ${HEIGHT}`, class: "outlook", role: "img", "aria-label": description },
    s("rect", { ...shade, class: "past" }),
    [0, 5, 10].map((value) => [
      s("path", { d: `M${MARGIN.left} ${y(value)}H${width - MARGIN.right}`, class: "grid-line" }),
      s(
        "text",
        { x: MARGIN.left - 8, y: y(value) + 4, class: "tick", "text-anchor": "end" },
        String(value),
      ),
    ]),
    s("path", {
      d: `M${MARGIN.left} ${y(course.threshold)}H${width - MARGIN.right}`,
      class: "level",
    }),
    ticks(last, width).map(({ day, text }, i) =>
      s(
        "text",
        { x: x(day), y: bottom + 20, class: "tick", "text-anchor": i === 0 ? "start" : "middle" },
        text,
      ),
    ),
    arm(course, course.untreated, "untreated", x, y),
    course.treated ? arm(course, course.treated, "treated", x, y, beginning(course, today)) : null,
    s("path", { d: `M${x(today)} ${MARGIN.top - 6}V${bottom}`, class: "today" }),
    s(
      "text",
      {
        x: x(today) + (atEdge ? -6 : 6),
        y: MARGIN.top - 10,
        class: "tick strong",
        "text-anchor": atEdge ? "end" : "start",
      },
      "today",
    ),
    cursor,
  );
  const move = (event) => {
    const box = picture.getBoundingClientRect();
    const at = ((event.clientX - box.left) / box.width) * width;
    const day = Math.min(
      Math.max(((at - MARGIN.left) / (width - MARGIN.left - MARGIN.right)) * last, 0),
      last,
    );
    const read = readAt(course, day);
    cursor.setAttribute("d", `M${x(read.day)} ${MARGIN.top}V${bottom}`);
    onRead(read.text);
  };
  picture.addEventListener("pointermove", move);
  picture.addEventListener("pointerdown", move);
  picture.addEventListener("pointerleave", () => {
    cursor.setAttribute("d", "");
    onRead(null);
  });
  return picture;
}

/** The numbers of the picture. */
export function outlookRows(course) {
  const arms = [
    ["untreated", course.untreated],
    ["treated", course.treated],
  ].filter(([, values]) => values);
  const columns = arms.flatMap(([name, values]) => [
    ...values.everyone.map((one, index) => [`pain_at_rest_${name}_person_${index + 1}`, one]),
    [`share_in_pain_${name}`, values.in_pain],
  ]);
  return [
    ["day", ...columns.map(([name]) => name)],
    ...course.day.map((day, index) => [day, ...columns.map(([, values]) => values[index])]),
  ];
}
