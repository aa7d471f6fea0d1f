// Only the newest question counts: earlier ones are called off.

const AGAIN_ms = 1500;
const TRIES = 4;
const BUSY = 503;

function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}

async function tried(ask, signal) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ask(signal);
    } catch (error) {
      if (error.status !== BUSY || attempt >= TRIES) throw error;
      await pause(AGAIN_ms, signal);
    }
  }
}

/**
 * A function that asks a moment after it was last called, and drops what was under way.
 * `ask(signal)` has the answer, `take(answer)` and `fail(error)` get what came of it.
 */
export function latest(ask, take, fail, wait_ms = 40) {
  let controller = new AbortController();
  let timer = 0;
  return () => {
    clearTimeout(timer);
    controller.abort();
    controller = new AbortController();
    const { signal } = controller;
    timer = setTimeout(async () => {
      try {
        const answer = await tried(ask, signal);
        if (!signal.aborted) take(answer);
      } catch (error) {
        if (!signal.aborted) fail(error);
      }
    }, wait_ms);
  };
}
