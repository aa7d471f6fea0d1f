// Only the newest question counts: what was asked meanwhile is left out.

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
 * A function that asks at once where nothing is under way, and else when that is answered or takes
 * longer than `patience_ms`; at most every `every_ms`. What was wanted meanwhile counts only in
 * its newest form. `ask(signal)` has the answer, `take(answer, isNewest)` and `fail(error)` get
 * what came of it; `drop()` forgets all of it.
 */
export function latest(ask, take, fail, { every_ms = 0, patience_ms = 400 } = {}) {
  let controller = null;
  let isWanted = false;
  let timer = 0;
  let sent = -Infinity;

  function plan() {
    const since = performance.now() - sent;
    clearTimeout(timer);
    timer = setTimeout(send, Math.max((controller ? patience_ms : every_ms) - since, 0));
  }

  async function send() {
    isWanted = false;
    controller?.abort();
    const own = new AbortController();
    controller = own;
    sent = performance.now();
    try {
      const answer = await tried(ask, own.signal);
      if (!own.signal.aborted) take(answer, !isWanted);
    } catch (error) {
      if (!own.signal.aborted) fail(error);
    }
    if (controller !== own) return;
    controller = null;
    if (isWanted) plan();
  }

  const want = () => {
    isWanted = true;
    plan();
  };
  want.drop = () => {
    isWanted = false;
    clearTimeout(timer);
    controller?.abort();
    controller = null;
  };
  return want;
}
