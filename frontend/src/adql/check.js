// Whether a query is right, as the server says it: underlined in the editor and told below it.

import { button, make } from "../frame/dom.js";
import { fill } from "./texts.js";

/**
 * @typedef {{message: string, advice: string, line: number, column: number, from: number,
 *   to: number, replacement: string | null}} Fault
 * @typedef {{access: string, steps: string[], slow: boolean}} Plan
 * @typedef {{error: Fault | null, plan?: Plan}} Verdict
 */

/** Texts of the classes of cost. @type {Record<string, string>} */
const COSTS = {
  indexed: "indexedPlan",
  scan: "scanPlan",
  "cross-match": "crossMatchPlan",
  "nested-loop": "nestedLoopPlan",
};

/**
 * Ask the server about queries.
 *
 * @param {string} url
 * @param {() => {name: string, fields: object[]}[]} uploads
 */
export function makeChecker(url, uploads) {
  let running = new AbortController();
  /** @param {string} query @returns {Promise<Verdict>} */
  return async (query) => {
    running.abort();
    running = new AbortController();
    const body = JSON.stringify({ query, uploads: uploads() });
    const headers = { "Content-Type": "application/json" };
    const { signal } = running;
    const response = await fetch(url, { method: "POST", body, headers, signal });
    if (!response.ok) throw new Error(await response.text());
    return response.json();
  };
}

/**
 * Return what the editor underlines.
 *
 * @param {Fault | null} fault
 * @param {number} length of the query
 * @param {Record<string, string>} texts
 * @returns {import("@codemirror/lint").Diagnostic[]}
 */
export function diagnostics(fault, length, texts) {
  if (!fault) return [];
  const to = Math.min(fault.to, length);
  const from = Math.max(0, Math.min(fault.from, to === fault.from ? to - 1 : to));
  const message = [fault.message, fault.advice].filter(Boolean).join(" — ");
  const { replacement } = fault;
  const actions = replacement
    ? [
        {
          name: fill(texts.fix, replacement),
          apply: (view, start, end) =>
            view.dispatch({ changes: { from: start, to: end, insert: replacement } }),
        },
      ]
    : [];
  return [{ from, to, severity: "error", message, actions }];
}

/**
 * Tell below the editor what the server said.
 *
 * @param {HTMLElement} place
 * @param {Verdict} verdict
 * @param {{texts: Record<string, string>, seconds: number, goTo: (fault: Fault) => void,
 *   fix: (fault: Fault) => void}} options
 */
export function tell(place, verdict, { texts, seconds, goTo, fix }) {
  place.hidden = false;
  if (verdict.error) place.replaceChildren(...faultLine(verdict.error, texts, goTo, fix));
  else if (verdict.plan) place.replaceChildren(planLine(verdict.plan, texts, seconds));
  place.dataset.state = verdict.error ? "wrong" : verdict.plan?.slow ? "slow" : "right";
}

function faultLine(fault, texts, goTo, fix) {
  const where = fill(texts.place, fault.line, fault.column);
  const link = make("button", { type: "button", class: "btn btn-link btn-sm p-0" }, where);
  link.addEventListener("click", () => goTo(fault));
  const said = make("span", {}, `: ${fault.message}`);
  const advice = fault.advice ? make("span", { class: "adql-advice" }, ` — ${fault.advice} `) : null;
  const mend = fault.replacement
    ? button(fill(texts.fix, fault.replacement), "pencil", () => fix(fault), { text: true })
    : null;
  return [make("span", {}, link, said, advice), mend].filter(Boolean);
}

function planLine(plan, texts, seconds) {
  const cost = `${texts.correct} ${texts[COSTS[plan.access]] ?? ""}`;
  const warning = plan.slow ? make("strong", {}, ` ${fill(texts.slow, seconds)}`) : null;
  const steps = make("ul", {}, ...plan.steps.map((step) => make("li", {}, step)));
  return make("details", {}, make("summary", {}, cost, warning), steps);
}
