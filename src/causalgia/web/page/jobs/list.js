// The jobs of one kind: waiting, running, done.

import { get, remove } from "../core/api.js";
import { h, put } from "../core/dom.js";
import { titleOf } from "./titles.js";
import { watch } from "./watch.js";

const WORDS = { queued: "waits", running: "is running", done: "done", failed: "failed" };

const when = (job) =>
  new Date(job.created).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });

function stateOf(job) {
  if (job.state === "queued") return job.ahead > 0 ? `waits, ${job.ahead} before it` : "waits";
  if (job.state === "running") return job.progress || "is beginning";
  return WORDS[job.state];
}

/**
 * The list of a `kind`, called by its `noun`; `show(job, title)` opens one, `failed(message)` is told what went wrong.
 * **Returns:** its `element`, `look` (ask anew) and `add(job)` (a new one, which is then shown).
 */
export function makeList({ kind, noun }, { show, failed }) {
  const list = h("ul", { class: "jobs" });
  const empty = h(
    "p",
    { class: "hint" },
    "None yet. What you run stays here, also after the server was stopped.",
  );
  const spoken = h("p", { class: "unseen", role: "status" });
  const jobs = new Map();
  const watched = new Map();
  let awaited = null;

  const nameOf = (job) => titleOf(job.id) ?? `${noun} of ${when(job)}`;

  async function forget(job) {
    try {
      await remove(`/jobs/${job.id}`);
    } catch (error) {
      if (error.status !== 404) failed(error.message);
    }
    watched.get(job.id)?.();
    jobs.delete(job.id);
    redraw();
  }

  function row(job) {
    const name = nameOf(job);
    const going = job.state === "queued" || job.state === "running";
    return h(
      "li",
      { class: `job ${job.state}`, "data-job": job.id },
      h(
        "div",
        { class: "job-name" },
        job.state === "done"
          ? h("button", { type: "button", class: "link", onclick: () => show(job, name) }, name)
          : h("b", {}, name),
      ),
      h("p", { class: "hint" }, job.error ?? stateOf(job)),
      going ? h("progress", { "aria-label": `${name} ${stateOf(job)}` }) : null,
      h(
        "button",
        {
          type: "button",
          class: "plain",
          "aria-label": `${going ? "Stop" : "Delete"}: ${name}`,
          onclick: () => forget(job),
        },
        going ? "Stop" : "Delete",
      ),
    );
  }

  function redraw() {
    const own = [...jobs.values()].sort((a, b) => b.created.localeCompare(a.created));
    empty.hidden = own.length > 0;
    const focused = document.activeElement?.closest?.("[data-job]")?.dataset.job;
    put(list, own.map(row));
    if (focused) list.querySelector(`[data-job="${focused}"] button`)?.focus();
  }

  function told(job) {
    const before = jobs.get(job.id)?.state;
    jobs.set(job.id, job);
    redraw();
    if (before !== job.state) spoken.textContent = `${nameOf(job)}: ${job.error ?? stateOf(job)}.`;
    if (job.id === awaited && job.state === "done") {
      awaited = null;
      show(job, nameOf(job));
    }
  }

  function follow(job) {
    jobs.set(job.id, job);
    if (job.state !== "queued" && job.state !== "running") return;
    watched.get(job.id)?.();
    watched.set(job.id, watch(job.id, told));
  }

  return {
    element: h(
      "section",
      { class: "card", "aria-label": "Runs" },
      h("h2", {}, "Runs"),
      empty,
      list,
      spoken,
    ),
    async look() {
      try {
        const { jobs: found } = await get("/jobs");
        jobs.clear();
        found.filter((job) => job.kind === kind).forEach(follow);
        redraw();
      } catch (error) {
        failed(error.message);
      }
    },
    add(job) {
      awaited = job.id;
      follow(job);
      told(job);
    },
  };
}
