// Tabs as the ARIA practices have them: arrows move, the address (`place`) says which one is open.

/** Make tabs of a list of buttons with `aria-controls`; `opened(name)` is told. */
export function makeTabs(list, place, opened) {
  const tabs = [...list.querySelectorAll('[role="tab"]')];
  const nameOf = (tab) => tab.dataset.tab;

  function open(tab, { focus = false, address = true } = {}) {
    for (const other of tabs) {
      const chosen = other === tab;
      other.setAttribute("aria-selected", String(chosen));
      other.tabIndex = chosen ? 0 : -1;
      document.getElementById(other.getAttribute("aria-controls")).hidden = !chosen;
    }
    if (focus) tab.focus();
    if (address) place.openTab(nameOf(tab));
    document.title = `${tab.textContent} · Causalgia`;
    opened(nameOf(tab));
  }

  list.addEventListener("keydown", (event) => {
    const at = tabs.indexOf(document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    open(tabs[(to + tabs.length) % tabs.length], { focus: true });
  });
  for (const tab of tabs) tab.addEventListener("click", () => open(tab));

  const named = (name) => tabs.find((tab) => nameOf(tab) === name);
  const asked = () => named(place.tab());
  place.onMove(() => open(asked() ?? tabs[0], { address: false }));
  open(asked() ?? tabs[0], { address: false });
  return { open: (name) => open(named(name), { focus: true }) };
}
