// What a query gave: rows, or why there are none.

import { button, make } from "../frame/dom.js";
import { mountResults } from "../results/block.js";
import { saveFile } from "./files.js";
import { fill } from "./texts.js";

/** @typedef {import("./service.js").Result} Result */
/** @typedef {(format: string) => Promise<{name: string, content: Blob}>} MakeFile */

/**
 * The place of results on the page.
 *
 * @param {HTMLElement} section
 * @param {{texts: Record<string, string>, formats: {name: string, description: string}[]}} options
 */
export function resultPlace(section, { texts, formats }) {
  const status = /** @type {HTMLElement} */ (section.querySelector("#result-status"));
  const body = /** @type {HTMLElement} */ (section.querySelector("#result-body"));
  /** @type {{destroy(): void} | null} */
  let shown = null;
  let url = "";

  const clear = () => {
    shown?.destroy();
    shown = null;
    URL.revokeObjectURL(url);
    body.replaceChildren();
  };
  return {
    /** Say that a query runs. @param {() => void} cancel */
    running(cancel) {
      section.hidden = false;
      section.setAttribute("aria-busy", "true");
      const stop = button(texts.cancel, "stop", cancel, { text: true });
      status.replaceChildren(make("p", { class: "adql-running" }, texts.running, " ", stop));
    },
    /**
     * Show rows.
     *
     * @param {Result} result
     * @param {number} seconds
     * @param {MakeFile} [file] makes a file of rows that no query gives again
     */
    async rows(result, seconds, file) {
      section.removeAttribute("aria-busy");
      clear();
      const time = make("p", { class: "small mb-2" }, fill(texts.answered, seconds.toFixed(2)));
      const none = result.rows.length ? null : make("p", {}, texts.none);
      status.replaceChildren(...[time, none].filter(Boolean));
      if (file) status.append(downloadBar(formats, texts, file));
      url = result.url;
      if (!result.rows.length) return;
      const block = mountResults(body, result);
      shown = block;
      await block.ready;
    },
    /** Say why there are no rows, and where the query is wrong, if that is why. */
    error(/** @type {string} */ message, line = 0, column = 0) {
      section.hidden = false;
      section.removeAttribute("aria-busy");
      clear();
      const title = make("strong", {}, texts.failed);
      const where = line ? `${fill(texts.place, line, column)}: ` : "";
      const alert = { class: "alert alert-danger", role: "alert" };
      status.replaceChildren(make("div", alert, title, make("p", { class: "mb-0" }, where, message)));
    },
    /** Say a short thing. @param {string} text */
    say(text) {
      section.removeAttribute("aria-busy");
      status.replaceChildren(make("p", {}, text));
    },
  };
}

/** @param {{name: string}[]} formats @param {Record<string, string>} texts @param {MakeFile} file */
function downloadBar(formats, texts, file) {
  const options = formats.map(({ name }) => make("option", { value: name }, name));
  const choice = make("select", { class: "form-select form-select-sm w-auto" }, ...options);
  choice.setAttribute("aria-label", texts.download);
  const said = make("span", { role: "alert", class: "small" });
  const save = button(texts.download, "download", async () => {
    said.textContent = "";
    try {
      saveFile(await file(/** @type {HTMLSelectElement} */ (choice).value));
    } catch (error) {
      said.textContent = error.message;
    }
  }, { text: true });
  return make("div", { class: "d-flex flex-wrap gap-2 align-items-center mb-2" }, save, choice, said);
}
