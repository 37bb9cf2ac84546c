// What happens when a query is run, and when the result of a job is wanted.

import { saveFile } from "./dom.js";
import { readTable } from "./tablefile.js";
import { askFile, askRows, contentOf, resultUrl, rowsOfTable } from "./service.js";

/** @typedef {import("./service.js").Request} Request */
/** @typedef {import("./service.js").Result} Result */

/**
 * Run queries one at a time; a new one ends the one before.
 *
 * @param {{tap: string, mostRows: number, place: ReturnType<typeof import("./outcome.js").resultPlace>,
 *   texts: Record<string, string>}} options
 */
export function makeRunner({ tap, mostRows, place, texts }) {
  let running = new AbortController();
  /**
   * @param {(signal: AbortSignal) => Promise<Result>} ask
   * @param {(format: string) => Promise<{name: string, content: Blob}>} file
   */
  const show = async (ask, file) => {
    running.abort();
    const own = (running = new AbortController());
    place.running(() => own.abort());
    const begin = performance.now();
    try {
      const result = await ask(own.signal);
      await place.rows(result, (performance.now() - begin) / 1000, file);
      return result;
    } catch (error) {
      if (running !== own) return null;
      if (own.signal.aborted) place.say(texts.cancelled);
      else place.error(error instanceof TypeError ? texts.unreachable : error.message);
      return null;
    }
  };
  return {
    /** Run a query; return its result, null if there is none. @param {Request} request */
    run: (request) =>
      show(
        (signal) => askRows(tap, request, signal),
        (format) => askFile(tap, { ...request, format }),
      ),
    /** Save the result of a query as a file. @param {Request} request */
    async save(request) {
      try {
        saveFile(await askFile(tap, request));
      } catch (error) {
        place.error(error.message);
      }
    },
    /** Show what a job gave. @param {any} job */
    async showJob(job) {
      if (job.errorSummary) return place.error(job.errorSummary.message);
      if (job.phase !== "COMPLETED") return place.say(texts[job.phase] ?? job.phase);
      const query = parameter(job, "QUERY");
      /** @type {Promise<import("./votable.js").Table> | undefined} */
      let table;
      const read = () => (table ??= fetchTable(resultUrl(tap, job.jobId)));
      return show(
        async (signal) => rowsOfTable(tap, { query, table: await read() }, signal),
        async (format) => askFile(tap, { ...contentOf(await read(), String(mostRows)), format }),
      );
    },
  };
}

/** Return the value of a parameter of a job. @param {any} job @param {string} name */
export function parameter(job, name) {
  return job.parameters.find((/** @type {any} */ { id }) => id === name)?.value ?? "";
}

/** @param {string} url */
async function fetchTable(url) {
  return readTable(await (await fetch(url)).blob());
}
