// Spikes that run along the nerve, born where and as often as the model says.

const MOST_PER_LANE_Hz = 9;
const SETTLE_s = 8;
const STEP_s = 0.03;

/** A spike's time until the next, at a rate. */
const wait = (rate) => (rate > 0 ? -Math.log(1 - Math.random()) / rate : Infinity);

/**
 * A flow over lanes. A lane has a `way`, a `speed`, where spikes may be born (`sources`: lengths by
 * name) and a `class`. `setRates(lane -> {source: Hz})`, `step(seconds)`, `spikes()` to draw.
 */
export function makeFlow(lanes) {
  const moving = lanes.map((lane) => ({ lane, running: [], births: new Map() }));

  function setRates(ratesOf) {
    for (const one of moving) {
      const rates = ratesOf(one.lane);
      for (const [source, start] of Object.entries(one.lane.sources)) {
        const rate = Math.min(rates[source] ?? 0, MOST_PER_LANE_Hz);
        if (one.births.get(source)?.rate !== rate) {
          one.births.set(source, { rate, start, left: wait(rate) });
        }
      }
    }
  }

  function step(seconds) {
    for (const { lane, running, births } of moving) {
      for (let i = running.length - 1; i >= 0; i -= 1) {
        running[i] += lane.speed * seconds;
        if (running[i] > lane.way.length) running.splice(i, 1);
      }
      for (const birth of births.values()) {
        birth.left -= seconds;
        if (birth.left <= 0) {
          running.push(birth.start);
          birth.left = wait(birth.rate);
        }
      }
    }
  }

  return {
    setRates,
    step,
    /** Let time pass unseen, so that a still picture shows as many spikes as a moving one. */
    settle() {
      for (const one of moving) one.running.length = 0;
      for (let time = 0; time < SETTLE_s; time += STEP_s) step(STEP_s);
    },
    *spikes() {
      for (const { lane, running } of moving) {
        for (const length of running) yield [lane, lane.way.at(length)];
      }
    },
  };
}
