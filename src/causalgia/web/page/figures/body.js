// A body on which one points to where it hurts: by pointer, or by arrow keys from area to area.

import { h, put, s, unique } from "../core/dom.js";

const ZOOMS = {
  body: { label: "Body", views: ["front", "back"], box: [-132, -14, 264, 612] },
  hands: {
    label: "Hands",
    views: ["right palm", "left palm", "left back of the hand", "right back of the hand"],
    box: [-92, -62, 184, 262],
  },
  feet: {
    label: "Feet",
    views: ["right top of the foot", "left top of the foot", "left sole", "right sole"],
    box: [-70, -62, 140, 246],
  },
};
const TITLES = {
  front: "Front",
  back: "Back",
  "right palm": "Right palm",
  "left palm": "Left palm",
  "left back of the hand": "Left, back",
  "right back of the hand": "Right, back",
  "right top of the foot": "Right, top",
  "left top of the foot": "Left, top",
  "left sole": "Left sole",
  "right sole": "Right sole",
};
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const SIDEWAYS_COSTS = 2.2;

function middle(element) {
  const box = element.getBoundingClientRect();
  return [box.x + box.width / 2, box.y + box.height / 2];
}

/** The area next to one in the direction of an arrow. */
function neighbor(from, others, [dx, dy]) {
  const [x, y] = middle(from);
  let best = null;
  let least = Infinity;
  for (const other of others) {
    const [ox, oy] = middle(other);
    const along = (ox - x) * dx + (oy - y) * dy;
    const aside = Math.abs((ox - x) * dy) + Math.abs((oy - y) * dx);
    const cost = along + SIDEWAYS_COSTS * aside;
    if (other !== from && along > 1 && cost < least) [best, least] = [other, cost];
  }
  return best;
}

/** The figure; `body` as the data file has it, `isChosen(area)`, `toggle(area)`. */
export function makeBody(body, isChosen, toggle) {
  const stage = h("div", {
    class: "bodies",
    role: "group",
    "aria-label": "Areas of the body. Arrow keys move, space marks.",
  });
  const named = h("p", { class: "pointed", "aria-hidden": "true" }, "Point to where it hurts");
  let zoom = "body";

  const areas = () => [...stage.querySelectorAll("[data-area]")];
  const showName = (name) => {
    named.textContent = name ?? "Point to where it hurts";
  };

  function area(name, d) {
    return s("path", {
      d,
      class: "area",
      role: "checkbox",
      tabindex: "-1",
      "data-area": name,
      "aria-label": name,
      "aria-checked": String(isChosen(name)),
      onclick: () => toggle(name),
      onpointerenter: () => showName(name),
      onpointerleave: () => showName(null),
      onfocus: () => showName(name),
    });
  }

  function drawn(name) {
    const view = body.views[name];
    const clip = unique("skin");
    return h(
      "div",
      { class: "view" },
      s(
        "svg",
        { viewBox: ZOOMS[zoom].box.join(" "), role: "group", "aria-label": TITLES[name] },
        s(
          "clipPath",
          { id: clip },
          view.outline.map((d) => s("path", { d })),
        ),
        s(
          "g",
          { class: "figure-skin" },
          view.outline.map((d) => s("path", { d, class: "contour" })),
          view.outline.map((d) => s("path", { d, class: "flesh" })),
        ),
        s(
          "g",
          { "clip-path": `url(#${clip})` },
          Object.entries(view.areas).map(([own, d]) => area(own, d)),
        ),
        s(
          "g",
          { class: "figure-lines" },
          view.lines.map((d) => s("path", { d })),
        ),
      ),
      h("p", { class: "view-name", "aria-hidden": "true" }, TITLES[name]),
    );
  }

  function refresh() {
    for (const element of areas())
      element.setAttribute("aria-checked", String(isChosen(element.dataset.area)));
  }

  function redraw() {
    stage.dataset.zoom = zoom;
    put(stage, ZOOMS[zoom].views.map(drawn));
    const first = areas().find((element) => isChosen(element.dataset.area)) ?? areas()[0];
    first.setAttribute("tabindex", "0");
  }

  function focusOn(element) {
    for (const other of areas()) other.setAttribute("tabindex", other === element ? "0" : "-1");
    element.focus();
  }

  stage.addEventListener("keydown", (event) => {
    const own = event.target.closest("[data-area]");
    if (!own) return;
    if (event.key === " " || event.key === "Enter") {
      event.preventDefault();
      toggle(own.dataset.area);
    } else if (ARROWS[event.key]) {
      event.preventDefault();
      const next = neighbor(own, areas(), ARROWS[event.key]);
      if (next) focusOn(next);
    }
  });

  const zooms = h(
    "div",
    { class: "segments", role: "group", "aria-label": "What to see of the body" },
    Object.entries(ZOOMS).map(([name, { label }]) =>
      h(
        "button",
        {
          type: "button",
          "aria-pressed": String(name === zoom),
          onclick: (event) => {
            zoom = name;
            for (const button of zooms.children)
              button.setAttribute("aria-pressed", String(button === event.currentTarget));
            redraw();
          },
        },
        label,
      ),
    ),
  );
  redraw();
  return { element: h("div", { class: "body-map" }, zooms, stage, named), refresh };
}
