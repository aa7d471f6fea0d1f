// What the page knows, in one place; who wants to know of changes listens.

/** A store of values: `change` sets some and tells which. */
export function makeStore(values) {
  const listeners = new Set();
  const store = { ...values };
  return {
    values: store,
    change(some) {
      const changed = Object.keys(some).filter((name) => store[name] !== some[name]);
      if (changed.length === 0) return;
      Object.assign(store, some);
      for (const listen of listeners) listen(new Set(changed));
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
