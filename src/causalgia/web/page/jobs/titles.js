// What the jobs were called when they were asked for: kept by this browser, the server knows kinds.

const KEY = "causalgia titles";
const MOST = 200;

function read() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}

/** What a job was called here; null where this browser did not ask for it. */
export const titleOf = (job) => read()[job] ?? null;

/** Remember what a job is called. */
export function keepTitle(job, title) {
  const kept = Object.entries({ ...read(), [job]: title }).slice(-MOST);
  try {
    localStorage.setItem(KEY, JSON.stringify(Object.fromEntries(kept)));
  } catch {
    // A browser that keeps nothing: the job is then called by its time.
  }
}
