// Curves through points: as a path, and as a way along which something runs.

const STEPS = 12;

const fixed = (value) => String(Number(value.toFixed(1)));

/** Straight lines through points. */
export const line = (points) => `M${points.map(([x, y]) => `${fixed(x)} ${fixed(y)}`).join("L")}`;

function pieces(points) {
  return points.slice(0, -1).map((start, index) => {
    const before = points[Math.max(index - 1, 0)];
    const end = points[index + 1];
    const after = points[Math.min(index + 2, points.length - 1)];
    return [
      start,
      [start[0] + (end[0] - before[0]) / 6, start[1] + (end[1] - before[1]) / 6],
      [end[0] - (after[0] - start[0]) / 6, end[1] - (after[1] - start[1]) / 6],
      end,
    ];
  });
}

/** A smooth curve through points (Catmull-Rom, as cubic pieces). */
export function smooth(points) {
  const [x, y] = points[0];
  const rest = pieces(points).map(
    ([, first, second, end]) => `C${[first, second, end].flat().map(fixed).join(" ")}`,
  );
  return `M${fixed(x)} ${fixed(y)}${rest.join("")}`;
}

function at([a, b, c, d], t) {
  const u = 1 - t;
  const mix = (i) =>
    u * u * u * a[i] + 3 * u * u * t * b[i] + 3 * u * t * t * c[i] + t * t * t * d[i];
  return [mix(0), mix(1)];
}

/** A way through points, beside them by an offset; `at(length)` is a place on it. */
export function way(points, offset = 0) {
  const fine = pieces(points).flatMap((piece) =>
    Array.from({ length: STEPS }, (_, step) => at(piece, step / STEPS)),
  );
  fine.push(points.at(-1));
  const beside = fine.map(([x, y], index) => {
    const [x0, y0] = fine[Math.max(index - 1, 0)];
    const [x1, y1] = fine[Math.min(index + 1, fine.length - 1)];
    const size = Math.hypot(x1 - x0, y1 - y0) || 1;
    return [x - (offset * (y1 - y0)) / size, y + (offset * (x1 - x0)) / size];
  });
  const lengths = [0];
  for (let i = 1; i < beside.length; i += 1) {
    const [dx, dy] = [beside[i][0] - beside[i - 1][0], beside[i][1] - beside[i - 1][1]];
    lengths.push(lengths[i - 1] + Math.hypot(dx, dy));
  }
  return {
    path: smooth(points.map((_, index) => beside[index * STEPS])),
    length: lengths.at(-1),
    /** How far along the way one of its points lies. */
    lengthOf: (index) => lengths[index * STEPS],
    at(length) {
      let low = 0;
      let high = lengths.length - 1;
      while (high - low > 1) {
        const middle = (low + high) >> 1;
        if (lengths[middle] <= length) low = middle;
        else high = middle;
      }
      const share = (length - lengths[low]) / (lengths[high] - lengths[low] || 1);
      const [a, b] = [beside[low], beside[high]];
      return [a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])];
    },
  };
}

/** A straight map from data to picture. */
export const scale = (low, high, start, end) => (value) =>
  start + ((value - low) / (high - low)) * (end - start);
