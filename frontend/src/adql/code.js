// The query as code: pyvo, curl, TOPCAT, gammapy; written by the server.

import { make } from "../frame/dom.js";

const TITLES = { pyvo: "pyvo", curl: "curl", stilts: "STILTS", topcat: "TOPCAT", gammapy: "gammapy" };

/**
 * Let a button show and hide the code of the query.
 *
 * @param {HTMLButtonElement} opener
 * @param {HTMLElement} panel
 * @param {{url: string, copy: string, request: () => {query: string, maxrec: string}}} options
 */
export function openCode(opener, panel, { url, copy, request }) {
  const load = async () => {
    const { query, maxrec } = request();
    const asked = new URLSearchParams({ query, ...(maxrec && { maxrec }) });
    const response = await fetch(`${url}?${asked}`, { headers: { Accept: "application/json" } });
    const text = await response.text();
    if (!response.ok) return panel.replaceChildren(make("p", { role: "alert" }, text));
    const blocks = Object.entries(JSON.parse(text)).flatMap(([name, code]) => block(name, code));
    panel.replaceChildren(...blocks);
  };
  const block = (/** @type {string} */ name, /** @type {string} */ code) => {
    const properties = { type: "button", class: "btn btn-sm btn-quiet", "data-copy": `#code-${name}` };
    const pre = make("pre", { id: `code-${name}`, tabindex: "0" }, code);
    const copier = make("button", properties, copy);
    const title = make("h3", { class: "mt-2" }, TITLES[name] ?? name);
    return [title, make("div", { class: "code-block" }, pre, copier)];
  };
  opener.hidden = false;
  opener.addEventListener("click", () => {
    panel.hidden = !panel.hidden;
    opener.setAttribute("aria-expanded", String(!panel.hidden));
    if (!panel.hidden) load();
  });
}
