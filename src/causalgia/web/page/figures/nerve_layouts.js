// Where the stations of the nerve's way lie: across a wide page, or up a narrow one.

export const PLACES = ["terminal", "distal_nerve", "proximal_nerve", "root", "cord", "brain"];
export const PERIPHERAL = PLACES.slice(0, 4);

/** Stations from left to right, their words beneath. */
export const lying = {
  name: "lying",
  width: 860,
  height: 292,
  nerve: [
    [84, 140], [160, 149], [236, 147], [308, 136], [382, 134], [454, 142], [526, 138], [596, 128], [646, 136],
  ],
  pointOf: { terminal: 0, distal_nerve: 2, proximal_nerve: 4, root: 6 },
  tract: [[650, 134], [668, 154], [694, 158], [722, 132], [760, 122], [786, 110], [794, 84]],
  skin: {
    edge: Array.from({ length: 11 }, (_, i) => [34 + (i % 2 ? 4 : -3), 66 + 14 * i]),
    closing: "L0 206L0 66Z",
    layers: "M11 66V206M20 66V206",
    branches: [82, 104, 126, 152, 176, 194].map((y) => [
      [84, 140], [63, (140 + y) / 2], [42, y], [17, y - 4],
    ]),
  },
  ganglion: { cx: 526, cy: 138, rx: 30, ry: 20 },
  somata: [[-14, -7], [0, 8], [13, -5], [-8, 9], [4, -11]],
  cord: { x: 672, y: 156, scale: 1 },
  horn: [650, 136],
  brain: { x: 796, y: 50, scale: 1 },
  station: { terminal: [84, 140], distal_nerve: [236, 147], proximal_nerve: [382, 134], root: [526, 138], cord: [672, 156], brain: [796, 50] },
  words: { terminal: [84, 240], distal_nerve: [236, 240], proximal_nerve: [382, 240], root: [526, 240], cord: [672, 240], brain: [796, 240] },
  anchor: "middle",
  touch: (x) => ({ x: x - 68, y: 216, width: 136, height: 74 }),
};

/** Stations from the skin up, their words to the right. */
export const standing = {
  name: "standing",
  width: 340,
  height: 640,
  nerve: [[76, 586], [79, 540], [78, 500], [72, 455], [71, 410], [77, 365], [75, 318], [66, 262], [64, 216]],
  pointOf: { terminal: 0, distal_nerve: 2, proximal_nerve: 4, root: 6 },
  tract: [[66, 212], [88, 204], [98, 176], [84, 140], [78, 110]],
  skin: {
    edge: Array.from({ length: 11 }, (_, i) => [6 + 14 * i, 616 + (i % 2 ? 3 : -3)]),
    closing: "L146 640L6 640Z",
    layers: "M6 626H146M6 633H146",
    branches: [24, 48, 66, 88, 106, 128].map((x) => [[76, 586], [(76 + x) / 2, 600], [x, 612], [x + 2, 628]]),
  },
  ganglion: { cx: 75, cy: 318, rx: 20, ry: 27 },
  somata: [[-8, -12], [8, 0], [-6, 12], [9, -14], [-10, 2]],
  cord: { x: 76, y: 228, scale: 0.86 },
  horn: [64, 216],
  brain: { x: 76, y: 62, scale: 1 },
  station: { terminal: [76, 586], distal_nerve: [78, 500], proximal_nerve: [71, 410], root: [75, 318], cord: [76, 228], brain: [76, 62] },
  words: { terminal: [164, 572], distal_nerve: [164, 484], proximal_nerve: [164, 394], root: [164, 306], cord: [164, 216], brain: [164, 50] },
  anchor: "start",
  touch: (x, y) => ({ x: x - 8, y: y - 26, width: 180, height: 76 }),
};
