// How a job stands, told by the server as it goes on.

import { eventsOf, get } from "../core/api.js";

const LOOK_ms = 2000;

const isOver = (job) => job.state === "done" || job.state === "failed";

/** Watch a job until it is over; `told(job)` each time it changes. **Returns:** how to stop. */
export function watch(id, told) {
  const source = new EventSource(eventsOf(id));
  let timer = 0;
  let stopped = false;
  const stop = () => {
    stopped = true;
    source.close();
    clearTimeout(timer);
  };
  const tell = (job) => {
    told(job);
    if (isOver(job)) stop();
  };
  const look = async () => {
    try {
      tell(await get(`/jobs/${id}`));
    } catch (error) {
      // Deleted elsewhere: nothing more will come.
      if (error.status === 404) stop();
    }
    if (!stopped) timer = setTimeout(look, LOOK_ms);
  };
  source.addEventListener("job", (event) => tell(JSON.parse(event.data)));
  source.addEventListener("gone", stop);
  source.addEventListener("error", () => {
    if (stopped) return;
    // Too many streams, or the server went away: ask from time to time instead.
    source.close();
    timer = setTimeout(look, LOOK_ms);
  });
  return stop;
}
