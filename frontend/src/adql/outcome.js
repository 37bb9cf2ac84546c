// What a query gave: rows, or why there are none.

import { amount, button, fill, make, saveFile } from "./dom.js";

/** @typedef {import("./service.js").Result} Result */
/** @typedef {(format: string) => Promise<{name: string, content: Blob}>} MakeFile */

/** Rows of the simple table. */
const SHOWN = 500;

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

  const clear = () => {
    shown?.destroy();
    shown = null;
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
     * @param {MakeFile} file makes a file of the same rows
     */
    async rows(result, seconds, file) {
      section.removeAttribute("aria-busy");
      clear();
      const downloads = downloadBar(formats, texts, file);
      status.replaceChildren(...summary(result, seconds, texts), downloads);
      if (result.rows.length) shown = await draw(body, result, texts);
    },
    /** Say why there are no rows. @param {string} message */
    error(message) {
      section.hidden = false;
      section.removeAttribute("aria-busy");
      clear();
      const title = make("strong", {}, texts.failed);
      const alert = { class: "alert alert-danger", role: "alert" };
      status.replaceChildren(make("div", alert, title, make("p", { class: "mb-0" }, message)));
    },
    /** Say a short thing. @param {string} text */
    say(text) {
      section.removeAttribute("aria-busy");
      status.replaceChildren(make("p", {}, text));
    },
  };
}

/** @param {Result} result @param {number} seconds @param {Record<string, string>} texts */
function summary(result, seconds, texts) {
  const count = result.rows.length;
  const told = [make("p", { class: "mb-2" }, fill(texts.answered, amount(count), seconds.toFixed(2)))];
  if (!count) told.push(make("p", {}, texts.none));
  if (result.overflow) {
    const cut = fill(texts.cut, amount(count));
    told.push(make("p", { class: "alert alert-warning py-2" }, cut));
  }
  return told;
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

/** Draw rows as a table. @returns {Promise<{destroy(): void}>} */
async function draw(
  /** @type {HTMLElement} */ place,
  /** @type {Result} */ { columns, rows },
  /** @type {Record<string, string>} */ texts,
) {
  const heads = columns.map(({ name, unit, description }) =>
    make("th", { scope: "col", title: description }, name, unit ? ` (${unit})` : null),
  );
  const lines = rows.slice(0, SHOWN).map((row) =>
    make("tr", {}, ...row.map((value) => make("td", {}, value === null ? "" : String(value)))),
  );
  const table = make("table", { class: "table table-sm" }, make("thead", {}, make("tr", {}, ...heads)));
  table.append(make("tbody", {}, ...lines));
  place.append(make("div", { class: "table-responsive", tabindex: "0" }, table));
  if (rows.length > SHOWN) {
    place.append(make("p", {}, fill(texts.moreRows, amount(rows.length - SHOWN))));
  }
  return { destroy: () => place.replaceChildren() };
}
