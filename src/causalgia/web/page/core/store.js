// What the page knows, in one place; who wants to know of changes listens.

/**
 * A store of values: `change` sets some and tells which; `obey(rule)` sets what follows from
 * changes, before anyone else hears of them: all are then told once.
 */
export function makeStore(values) {
  const listeners = new Set();
  const store = { ...values };
  let rule = () => {};
  let gathered = null;
  return {
    values: store,
    change(some) {
      const changed = Object.keys(some).filter((name) => store[name] !== some[name]);
      if (changed.length === 0) return;
      Object.assign(store, some);
      if (gathered) {
        for (const name of changed) gathered.add(name);
        return;
      }
      const all = new Set(changed);
      gathered = all;
      try {
        rule(new Set(changed));
      } finally {
        gathered = null;
      }
      for (const listen of listeners) listen(all);
    },
    obey(own) {
      rule = own;
    },
    listen(listener) {
      listeners.add(listener);
    },
  };
}

/** Call `run` when any of these values changes, and now. */
export function follow(store, names, run) {
  store.listen((changed) => {
    if (names.some((name) => changed.has(name))) run();
  });
  run();
}
