// The page: it asks what there is to choose from, then fills its tabs.

import { makeAddress } from "./core/address.js";
import { get } from "./core/api.js";
import { h, put } from "./core/dom.js";
import { makeTabs } from "./core/tabs.js";
import { makeAssess } from "./assess/panel.js";
import { makePain } from "./pain/panel.js";
import { WORKBENCHES } from "./tabs/all.js";
import { makeWorkbench } from "./jobs/workbench.js";

const panelOf = (name) => document.getElementById(`panel-${name}`);

async function loaded() {
  const body = fetch(new URL("./data/body.json", import.meta.url)).then((answer) => answer.json());
  return Promise.all([get("/library"), body]);
}

async function begin() {
  const waiting = h("p", { class: "alone", role: "status" }, "Waking the nerve …");
  put(panelOf("pain"), waiting);
  let library;
  let body;
  try {
    [library, body] = await loaded();
  } catch (error) {
    put(panelOf("pain"), h("p", { class: "alone problem", role: "alert" }, error.message));
    return;
  }
  document.getElementById("notice").textContent = library.notice;
  document.getElementById("version").textContent = `Version ${library.version}`;

  const filled = new Map();
  const address = makeAddress();
  const pain = makePain(panelOf("pain"), library, body, {
    address,
    runInFull() {
      tabs.open("case");
      filled.get("case").takeOver();
    },
  });
  const tabs = makeTabs(document.querySelector('[role="tablist"]'), address, (name) => {
    if (name === "pain") return;
    if (!filled.has(name))
      filled.set(
        name,
        name === "assess"
          ? makeAssess(panelOf(name), library, body, pain, address)
          : makeWorkbench(panelOf(name), WORKBENCHES[name], library, pain, address),
      );
    filled.get(name).look();
  });
}

begin();
