// The address of what is shown: the tab, and what is set in it, so that it can be kept and shared.
//
// #pain?cause=stroke&days=365&... The part before the question mark is the tab. What is set in the
// other tabs stands in the state of the browser's history, and comes back with a step back.

const MOST_characters = 8000;
const REST_ms = 500;

function read() {
  const text = location.hash.slice(1, MOST_characters);
  const [tab, query = ""] = text.split(/\?(.*)/s);
  return { tab, query };
}

// What would only be written because it might mean something elsewhere stays readable.
const PLAIN = [
  ["%2C", ","],
  ["%3A", ":"],
  ["%40", "@"],
  ["%2F", "/"],
];

const plain = (params) =>
  PLAIN.reduce((text, [code, sign]) => text.replaceAll(code, sign), `${params}`);

const write = (tab, query) => `#${tab}${query ? `?${query}` : ""}`;

/** What is set in the other tabs, by tab, as the browser keeps it. */
function others() {
  const kept = history.state?.tabs;
  return typeof kept === "object" && kept !== null ? kept : {};
}

/**
 * The address. `tab()` and `params(tab)` read it; `openTab(name)` and `rest(tab, params)` write it,
 * the latter once things rest for a moment, each as one step back; `onMove(listen)` hears of steps
 * back and forth and of addresses given by hand; `drop(tab)` forgets what was not yet written.
 */
export function makeAddress() {
  let timer = 0;
  const waiting = new Map();

  const queryOf = (tab) => {
    if (waiting.has(tab)) return waiting.get(tab);
    const now = read();
    if (tab === (now.tab || "pain")) return now.query;
    const kept = Object.hasOwn(others(), tab) ? others()[tab] : "";
    return typeof kept === "string" ? kept.slice(0, MOST_characters) : "";
  };

  /** Bring the address to a tab, with all that waits to be written. */
  function settle(tab = read().tab || "pain") {
    clearTimeout(timer);
    const from = read().tab || "pain";
    const tabs = { ...others(), ...Object.fromEntries(waiting), [from]: queryOf(from) };
    const to = write(tab, queryOf(tab));
    waiting.clear();
    const same = to === location.hash || (tab === "pain" && to === "#pain" && !location.hash);
    if (same) history.replaceState({ tabs }, "");
    else history.pushState({ tabs }, "", to);
  }

  return {
    tab: () => read().tab,
    params: (tab) => new URLSearchParams(queryOf(tab)),
    openTab: (name) => settle(name),
    rest(tab, params) {
      waiting.set(tab, plain(params));
      clearTimeout(timer);
      timer = setTimeout(settle, REST_ms);
    },
    drop: (tab) => waiting.delete(tab),
    onMove(listen) {
      addEventListener("popstate", () => {
        clearTimeout(timer);
        waiting.clear();
        listen();
      });
    },
  };
}
