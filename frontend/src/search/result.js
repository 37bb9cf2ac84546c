// The result block: it takes the place of the table that the server has drawn.

import { loadResult, QueryError } from "../results/load.js";
import { make } from "../frame/dom.js";

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
  if (!query || !place.querySelector("table, .results")) return drop();
  place.setAttribute("aria-busy", "true");
  try {
    const [{ mountResults }, result] = await Promise.all([
      import("../results/block.js"),
      loadResult({ query, maxrec, signal }),
    ]);
    if (signal.aborted) return;
    if (block && place.querySelector(".results")) block.update(result);
    else block = mountResults(place, result, {});
  } catch (error) {
    if (signal.aborted) return;
    if (!(error instanceof QueryError)) throw error;
    drop();
    place.replaceChildren(make("p", { role: "alert" }, error.message));
  } finally {
    if (!signal.aborted) place.removeAttribute("aria-busy");
  }
}

/** Forget the block: what the server has drawn is there. */
function drop() {
  block?.destroy();
  block = null;
}
