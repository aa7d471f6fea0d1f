// The address of what is shown: the tab, and what is set, so that it can be kept and shared.
//
// #pain?cause=stroke&days=365&... The part before the question mark is the tab.

const MOST_characters = 8000;
const REST_ms = 500;

function read() {
  const text = location.hash.slice(1, MOST_characters);
  const [tab, query = ""] = text.split(/\?(.*)/s);
  return { tab, params: new URLSearchParams(query) };
}

// What would only be written because it might mean something elsewhere stays readable.
const PLAIN = [
  ["%2C", ","],
  ["%3A", ":"],
  ["%40", "@"],
  ["%2F", "/"],
];

function write(tab, params) {
  const query = PLAIN.reduce((text, [code, sign]) => text.replaceAll(code, sign), `${params}`);
  return `#${tab}${query ? `?${query}` : ""}`;
}

/**
 * The address. `tab()` and `params()` read it; `openTab(name)` and `rest(params)` write it, the
 * latter once things rest for a moment, each as one step back; `onMove(listen)` hears of steps back
 * and forth and of addresses given by hand.
 */
export function makeAddress() {
  let timer = 0;
  let waiting = null;

  function settle() {
    clearTimeout(timer);
    if (!waiting) return;
    const to = write(read().tab || "pain", waiting);
    waiting = null;
    if (to !== location.hash) history.pushState(null, "", to);
  }

  return {
    tab: () => read().tab,
    params: () => read().params,
    openTab(name) {
      settle();
      const to = write(name, read().params);
      if (to !== location.hash) history.pushState(null, "", to);
    },
    rest(params) {
      waiting = params;
      clearTimeout(timer);
      timer = setTimeout(settle, REST_ms);
    },
    onMove(listen) {
      addEventListener("popstate", () => {
        clearTimeout(timer);
        waiting = null;
        listen();
      });
    },
  };
}
