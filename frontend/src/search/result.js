// The result block: it takes the place of the table that the server has drawn.

import { failure } from "../results/failure.js";
import { loadResult, QueryError } from "../results/load.js";

/** What is shown now. @type {{destroy(): void, update(result: any): void} | null} */
let block = null;

/** The query whose result is shown or waited for. */
let shown = "";

/** Ends the waiting for an earlier result. */
let waiting = new AbortController();

/** Load and show the result of the query that the page has now. */
export async function showResult() {
  const place = /** @type {HTMLElement} */ (document.querySelector("#results"));
  const { query = "", maxrec } = place.dataset;
  if (query === shown) return;
  shown = query;
  waiting.abort();
  waiting = new AbortController();
  const { signal } = waiting;
  if (!query || !place.querySelector("table, .results, .failure")) return drop(place);
  place.setAttribute("aria-busy", "true");
  try {
    const [{ mountResults }, result] = await Promise.all([
      import("../results/block.js"),
      loadResult({ query, maxrec, signal }),
    ]);
    if (signal.aborted) return;
    if (block && place.querySelector(".results")) block.update(result);
    else block = mountResults(place, result, {});
    place.removeAttribute("aria-busy");
  } catch (error) {
    if (!signal.aborted) await showFailure(place, error);
  }
}

/** Say why there is no result; the table that the server has drawn stays, if it is there. */
async function showFailure(/** @type {HTMLElement} */ place, /** @type {Error} */ error) {
  shown = "";
  const hadBlock = place.querySelector(".results");
  drop(place);
  if (hadBlock) place.replaceChildren();
  place.querySelector(".failure")?.remove();
  place.prepend(await failure(error, showResult));
  if (!(error instanceof QueryError)) throw error;
}

/** Forget the block: what the server has drawn is there. @param {HTMLElement} place */
function drop(place) {
  block?.destroy();
  block = null;
  place.removeAttribute("aria-busy");
}
