// The server: answers as values, what is wrong as one line.

const API = "/api/v1";

/** What the server says is wrong; `message` is its line. */
export class Problem extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function problemOf(response) {
  let line = `the server answered ${response.status}`;
  try {
    line = (await response.json()).detail ?? line;
  } catch {
    // No problem details: whatever stands between page and server answered.
  }
  return new Problem(response.status, line);
}

async function asked(path, options) {
  let response;
  try {
    response = await fetch(`${API}${path}`, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem(0, "The server does not answer. Is causalgia serve still running?");
  }
  if (!response.ok) throw await problemOf(response);
  return response.status === 204 ? null : response.json();
}

/** Ask for what an address holds. */
export const get = (path, signal) => asked(path, { signal });

/** Send a request and have its answer. */
export const post = (path, body, signal) =>
  asked(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
    signal,
  });

/** Take something away. */
export const remove = (path) => asked(path, { method: "DELETE" });

/** The address of a file that a job made. */
export const fileOf = (job, name) => `${API}/jobs/${job}/files/${encodeURIComponent(name)}`;

/** The address where one hears how a job stands. */
export const eventsOf = (job) => `${API}/jobs/${job}/events`;
