// What the stations are called where it hurts.

/** The region of a case file that most of the marked areas lie in; null where they lie in none. */
export function regionOf(body, areas) {
  const counts = new Map();
  for (const area of areas) {
    const region = body.areas[area]?.region;
    if (region) counts.set(region, (counts.get(region) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null;
}

const PLAIN = {
  terminal: "skin",
  distal_nerve: "nerve",
  proximal_nerve: "plexus",
  root: "root and ganglion",
  cord: "spinal cord",
  brain: "brain",
};

/** The name of the site that lies at a place. */
export function siteName(library, region, place) {
  const known = library.regions.find(({ name }) => name === region);
  return known?.sites[place] ?? PLAIN[place];
}
