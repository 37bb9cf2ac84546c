// The same query in the languages of programs, made by the server.

import { button, make } from "../frame/dom.js";
import { say } from "../frame/say.js";
import { siteUrl } from "../frame/site.js";
import { queryOfRows } from "./files.js";

/** Names that people know them by. */
const NAMES = { pyvo: "pyvo", curl: "curl", stilts: "STILTS", topcat: "TOPCAT", gammapy: "gammapy" };

let opened = 0;

/** Open a window with the code. @param {import("./actions.js").Shown} shown */
export async function openCode({ result, meanings, selection }) {
  const text = make("pre", { class: "results-code", tabindex: 0, id: `results-code-${++opened}` });
  const tabs = make("div", { class: "btn-group btn-group-sm", role: "group", "aria-label": say("Program") });
  const only = make("input", { type: "checkbox" });
  const copy = button(say("Copy"), "clipboard", () => {}, { text: true });
  copy.dataset.copy = `#${text.id}`;
  const dialog = make(
    "dialog",
    { class: "panel results-dialog", "aria-label": say("Code of this query") },
    make("div", { class: "results-bar" }, tabs, copy, button(say("Close"), "x-lg", () => dialog.close())),
    text,
  );
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  const show = (query, maxrec) => fill(tabs, text, query, maxrec);
  await show(result.query, result.maxrec);
  const rows = selection.selectedRows();
  const query = rows.length ? await queryOfRows(result, meanings, rows) : null;
  if (!query) return;
  only.addEventListener("change", () => {
    if (only.checked) show(query, rows.length);
    else show(result.query, result.maxrec);
  });
  text.before(make("label", {}, only, " ", say("Only the selected rows ({n})", { n: rows.length })));
}

/** Ask the server for the code and show it. */
async function fill(tabs, text, query, maxrec) {
  const parameters = new URLSearchParams({ query });
  if (maxrec) parameters.set("maxrec", String(maxrec));
  const answer = await fetch(`${siteUrl("code")}?${parameters}`).catch(() => null);
  if (!answer?.ok) {
    text.textContent = say("The server makes no code of this query.");
    return;
  }
  const texts = await answer.json();
  const chosen = tabs.querySelector("[aria-pressed=true]")?.dataset.name ?? "pyvo";
  const choose = (name) => {
    text.textContent = texts[name];
    for (const tab of tabs.children) tab.setAttribute("aria-pressed", String(tab.dataset.name === name));
  };
  const known = Object.keys(NAMES).filter((name) => texts[name]);
  tabs.replaceChildren(
    ...known.map((name) => {
      const properties = { type: "button", class: "btn btn-quiet", "data-name": name };
      return make("button", { ...properties, onclick: () => choose(name) }, NAMES[name]);
    }),
  );
  choose(texts[chosen] ? chosen : known[0]);
}
