// What happens when a query is run, and when the result of a job is wanted.

import { loadFrom, send } from "../results/load.js";
import { askFile, askRows, contentOf, resultUrl, rowsOfTable } from "./service.js";
import { readTable } from "./tablefile.js";

/** Kinds of files that are read again as uploads. */
const TABLES = /votable|xml|csv|tab-separated|fits/;

/** @typedef {import("./service.js").Request} Request */
/** @typedef {import("./service.js").Result} Result */

/**
 * Run queries one at a time; a new one ends the one before.
 *
 * @param {{tap: string, mostRows: number, place: ReturnType<typeof import("./outcome.js").resultPlace>,
 *   texts: Record<string, string>, answered: (request: Request, rows: number) => void}} options
 */
export function makeRunner({ tap, mostRows, place, texts, answered }) {
  let running = new AbortController();
  /**
   * @param {(signal: AbortSignal) => Promise<Result>} ask
   * @param {import("./outcome.js").MakeFile} [file]
   */
  const show = async (ask, file) => {
    running.abort();
    const own = (running = new AbortController());
    place.running(() => own.abort());
    const begin = performance.now();
    try {
      const result = await ask(own.signal);
      await place.rows(result, (performance.now() - begin) / 1000, file);
    } catch (error) {
      if (running !== own) return;
      if (own.signal.aborted) place.say(texts.cancelled);
      else place.error(error.message, error.line, error.column);
    }
  };
  return {
    /** Run a query. @param {Request} request */
    run: (request) =>
      show(
        async (signal) => {
          const result = await askRows(tap, request, signal);
          answered(request, result.rows.length);
          return result;
        },
        request.uploads.length ? (format) => askFile(tap, { ...request, format }) : undefined,
      ),
    /** Show what a job gave. @param {any} job */
    async showJob(job) {
      running.abort();
      running = new AbortController();
      if (job.errorSummary) return place.error(job.errorSummary.message);
      if (job.phase !== "COMPLETED") return place.say(texts[job.phase] ?? job.phase);
      const kind = job.results[0]?.["mime-type"] ?? "";
      const url = resultUrl(tap, job.jobId);
      if (kind.includes("json")) {
        return show((signal) => loadFrom(url, { query: parameter(job, "QUERY"), signal }));
      }
      if (!TABLES.test(kind)) return place.say(texts.notShown);
      /** @type {Promise<import("./votable.js").Table> | undefined} */
      let table;
      const read = () => (table ??= fetchFile(url).then(readTable));
      return show(
        async (signal) => rowsOfTable(tap, await read(), signal),
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
async function fetchFile(url) {
  return (await send(url, {})).blob();
}
