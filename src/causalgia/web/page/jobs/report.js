// What a job made: its report in a frame that runs nothing, and its files.

import { fileOf } from "../core/api.js";
import { h, put } from "../core/dom.js";
import { bytes } from "../core/format.js";

const isPage = (file) => file.type.startsWith("text/html");

/** Show the report of a job that is done in an element. */
export function showReport(element, job, title) {
  const page = job.files.find(isPage);
  const link = (file) =>
    h(
      "li",
      {},
      h("a", { href: fileOf(job.id, file.name), download: file.name }, file.name),
      h("span", { class: "hint" }, ` ${bytes(file.bytes)}`),
    );
  put(
    element,
    h(
      "div",
      { class: "card-head" },
      h("div", { class: "card-title" }, h("h2", { tabindex: "-1" }, title)),
      page
        ? h(
            "a",
            { class: "plain", href: fileOf(job.id, page.name), target: "_blank", rel: "noopener" },
            "Open on its own",
          )
        : null,
    ),
    page
      ? h("iframe", {
          class: "report",
          // No script runs; a link to a source opens beside the page.
          sandbox: "allow-popups allow-popups-to-escape-sandbox",
          src: fileOf(job.id, page.name),
          title: `Report: ${title}`,
        })
      : h("p", {}, "It made no report, only files."),
    h(
      "details",
      { class: "more", open: !page },
      h("summary", {}, `Files (${job.files.length})`),
      h("ul", { class: "files" }, job.files.map(link)),
    ),
  );
}
