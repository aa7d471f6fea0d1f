// The nerve's way from the skin to the brain, lit where spikes are born, with spikes that run.

import { h, s } from "../core/dom.js";
import { hertz, percent, rating } from "../core/format.js";
import { isStill, onStillness } from "../core/motion.js";
import { smooth, way } from "./curve.js";
import { PERIPHERAL, PLACES, lying, standing } from "./nerve_layouts.js";
import { BRAIN, CEREBELLUM, GRAY_MATTER, GYRI } from "./shapes.js";
import { makeFlow } from "./spikes.js";

const NARROW_px = 640;
const LONGEST_STEP_s = 0.1;
// Ways of each fiber beside the middle of the nerve, and how fast its spikes run in the picture.
const LANES = [
  { fiber: "c", offsets: [-13, -9.5, -6], speed: 150 },
  { fiber: "a_delta", offsets: [-0.5, 4.5], speed: 290 },
  { fiber: "a_beta", offsets: [11], speed: 460 },
];
const TRACT_SPEED = 170;

function lanesOf(layout) {
  const lanes = LANES.flatMap(({ fiber, offsets, speed }) =>
    offsets.map((offset) => {
      const own = way(layout.nerve, offset);
      const sources = Object.fromEntries(
        PERIPHERAL.map((place) => [place, own.lengthOf(layout.pointOf[place])]),
      );
      return { fiber, speed, way: own, sources, class: fiber.replace("_", "-") };
    }),
  );
  const tract = {
    fiber: "tract",
    speed: TRACT_SPEED,
    way: way(layout.tract),
    sources: { cord: 0 },
    class: "tract",
  };
  return [...lanes, tract];
}

function glow(place, layout) {
  const [cx, cy] = place === "cord" ? layout.horn : layout.station[place];
  const kind = PERIPHERAL.includes(place) ? "lit" : "central";
  return s("circle", {
    cx,
    cy,
    r: 0,
    fill: `url(#glow-${kind})`,
    class: "glow",
    "data-glow": place,
  });
}

function gradients() {
  const stops = [
    ["0", 0.95],
    ["0.25", 0.65],
    ["0.6", 0.2],
    ["1", 0],
  ];
  return s(
    "defs",
    {},
    ["lit", "central"].map((kind) =>
      s(
        "radialGradient",
        { id: `glow-${kind}` },
        stops.map(([offset, opacity]) =>
          s("stop", { offset, "stop-opacity": opacity, class: `stop-${kind}` }),
        ),
      ),
    ),
  );
}

function tissue(layout, lanes) {
  const { skin, cord, brain, ganglion } = layout;
  const placed = ({ x, y, scale }) => ({ transform: `translate(${x} ${y}) scale(${scale})` });
  return [
    s("path", { d: smooth(skin.edge) + skin.closing, class: "skin" }),
    s("path", { d: smooth(skin.edge), class: "skin-line" }),
    s("path", { d: skin.layers, class: "skin-layer" }),
    skin.branches.map((branch) => s("path", { d: smooth(branch), class: "fiber c thin" })),
    s("path", { d: smooth(layout.nerve), class: "sheath" }),
    s("ellipse", { ...ganglion, class: "ganglion" }),
    lanes.slice(0, -1).map((lane) => s("path", { d: lane.way.path, class: `fiber ${lane.class}` })),
    layout.somata.map(([dx, dy]) =>
      s("circle", { cx: ganglion.cx + dx, cy: ganglion.cy + dy, r: 4.2, class: "soma" }),
    ),
    s(
      "g",
      placed(cord),
      s("ellipse", { rx: 58, ry: 46, class: "cord" }),
      s("path", { d: GRAY_MATTER, class: "gray" }),
    ),
    s(
      "g",
      placed(brain),
      [CEREBELLUM, BRAIN].map((d) => s("path", { d, class: "brain" })),
      s("path", { d: GYRI, class: "gyri" }),
    ),
    s("path", { d: lanes.at(-1).way.path, class: "tract" }),
  ];
}

function stationOf(place, layout, onStation) {
  const [x, y] = layout.words[place];
  const choose = () => onStation(place);
  return s(
    "g",
    {
      class: "station",
      role: "button",
      tabindex: "0",
      "data-station": place,
      onclick: choose,
      onkeydown: (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        choose();
      },
    },
    s("rect", { ...layout.touch(x, y), rx: 8, class: "touch" }),
    ["label strong", "value", "note"].map((kind, line) =>
      s("text", { x, y: y + [0, 22, 40][line], class: kind, "text-anchor": layout.anchor }),
    ),
  );
}

/** What the words beneath a station say, of what `seen` is. */
function wordsAt(place, seen) {
  if (place === "cord") return [hertz(seen.projection_Hz), "to the brain"];
  if (place === "brain") return [rating(seen.rating), "of 10, pain"];
  const born = seen.born_Hz[place];
  return seen.total_Hz < 0.05
    ? ["silent", ""]
    : [percent(born / seen.total_Hz), `${hertz(born)} born`];
}

function radius(place, seen) {
  if (place === "brain") return seen.rating < 0.3 ? 0 : 26 + 5.2 * seen.rating;
  if (place === "cord")
    return seen.projection_Hz < 0.5
      ? 0
      : 18 + 30 * Math.sqrt(Math.min(seen.projection_Hz, 60) / 60);
  const born = seen.born_Hz[place];
  // Light as much as is born, not only which share of it: silence is dark.
  return born < 0.05 ? 0 : 14 + 48 * Math.sqrt(Math.min(born / 4, 1));
}

/** The drawing; `show(seen)` brings it to a state of the pathway, `onStation(place)` is told. */
export function makeNerve(onStation) {
  const view = {
    picture: null,
    layer: null,
    flow: null,
    lanes: [],
    seen: null,
    isPaused: isStill(),
  };
  let frame = 0;
  let before = 0;

  function paint() {
    if (!view.layer) return;
    const dots = [...view.flow.spikes()].map(([lane, [cx, cy]]) =>
      s("circle", {
        cx: cx.toFixed(1),
        cy: cy.toFixed(1),
        r: lane.class === "a-beta" ? 4 : 3.2,
        class: `spike-dot ${lane.class}`,
      }),
    );
    view.layer.replaceChildren(...dots);
  }

  function tick(now) {
    frame = requestAnimationFrame(tick);
    const seconds = Math.min((now - before) / 1000, LONGEST_STEP_s);
    before = now;
    if (!view.flow || !view.picture.isConnected) return;
    view.flow.step(seconds);
    paint();
  }

  function run() {
    cancelAnimationFrame(frame);
    if (view.isPaused) {
      view.flow?.settle();
      paint();
      return;
    }
    before = performance.now();
    frame = requestAnimationFrame(tick);
  }

  function refresh() {
    const { seen, picture, flow } = view;
    if (!seen || !picture) return;
    picture.setAttribute("aria-label", seen.description);
    for (const place of PLACES) {
      const station = picture.querySelector(`[data-station="${place}"]`);
      const [value, note] = wordsAt(place, seen);
      [seen.names[place], value, note].forEach((text, line) => {
        station.querySelectorAll("text")[line].textContent = text;
      });
      station.setAttribute(
        "aria-label",
        `${seen.names[place]}: ${value} ${note}. Show its mechanisms`,
      );
      station.classList.toggle("treated", seen.treatedPlaces.has(place));
      station.classList.toggle("main", place === seen.mainPlace);
      picture
        .querySelector(`[data-glow="${place}"]`)
        .setAttribute("r", radius(place, seen).toFixed(1));
    }
    flow.setRates((lane) =>
      lane.fiber === "tract" ? { cord: seen.projection_Hz / 4 } : seen.lanes_Hz[lane.fiber],
    );
    if (view.isPaused) run();
  }

  function draw(width) {
    const layout = width < NARROW_px ? standing : lying;
    view.lanes = lanesOf(layout);
    view.flow = makeFlow(view.lanes);
    view.layer = s("g", { class: "spikes", "aria-hidden": "true" });
    view.picture = s(
      "svg",
      {
        viewBox: `0 0 ${layout.width} ${layout.height}`,
        class: `nerve ${layout.name}`,
        role: "group",
      },
      gradients(),
      PERIPHERAL.map((place) => glow(place, layout)),
      tissue(layout, view.lanes),
      ["cord", "brain"].map((place) => glow(place, layout)),
      view.layer,
      PLACES.map((place) => stationOf(place, layout, onStation)),
    );
    refresh();
    run();
    return view.picture;
  }

  const pause = h("button", { type: "button", class: "plain" }, "Pause");
  const showPause = () => {
    pause.textContent = view.isPaused ? "Play" : "Pause";
    pause.setAttribute(
      "aria-label",
      view.isPaused ? "Let the spikes run" : "Hold the spikes still",
    );
  };
  const setPaused = (paused) => {
    view.isPaused = paused;
    showPause();
    run();
  };
  pause.addEventListener("click", () => setPaused(!view.isPaused));
  onStillness(() => setPaused(isStill()));
  showPause();

  return {
    draw,
    pause,
    show(seen) {
      view.seen = seen;
      refresh();
    },
  };
}
