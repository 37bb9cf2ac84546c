// Jobs of this session: what they do is seen as it happens, by requests that wait for it.

import { button, icon, make } from "../frame/dom.js";
import { abortJob, deleteJob, listJobs, readJob, resultUrl } from "./service.js";

/** @typedef {import("./service.js").JobEntry} JobEntry */

const PICTURES = {
  PENDING: "clock-history",
  QUEUED: "clock-history",
  EXECUTING: "arrow-repeat",
  COMPLETED: "check-circle",
  ERROR: "exclamation-triangle",
  ABORTED: "stop",
};
const ACTIVE = new Set(["QUEUED", "EXECUTING"]);
/** Browsers keep few connections to a server: the others are read when one of these ends. */
const WATCHED = 3;
/** Milliseconds before a watch that failed is tried again. */
const LATER = 5000;

/**
 * Show the jobs and keep them up to date.
 *
 * @param {HTMLElement} place
 * @param {{tap: string, texts: Record<string, string>, count: HTMLElement,
 *   show: (job: any) => void, open: (job: any) => void, said: (text: string) => void}} options
 */
export function openJobs(place, { tap, texts, count, show, open, said }) {
  /** @type {JobEntry[]} */
  let jobs = [];
  const watched = new Set();

  const draw = () => {
    const active = jobs.filter(({ phase }) => ACTIVE.has(phase));
    count.textContent = active.length ? String(active.length) : "";
    const none = make("p", { class: "small" }, texts.noJobs);
    const list = make("ul", { class: "plain-list adql-list" }, ...jobs.map(entry));
    place.replaceChildren(jobs.length ? list : none);
  };
  const refresh = async () => {
    try {
      jobs = (await listJobs(tap)).sort((a, b) => (a.creationTime < b.creationTime ? 1 : -1));
    } catch {
      return; // the server is away: what is shown stays
    }
    draw();
    watchSome();
  };
  const watchSome = () => {
    const active = jobs.filter(({ phase, id }) => ACTIVE.has(phase) && !watched.has(id));
    active.slice(0, Math.max(0, WATCHED - watched.size)).forEach(watch);
  };
  const watch = async (/** @type {JobEntry} */ job) => {
    watched.add(job.id);
    try {
      const now = await readJob(tap, job.id, { phase: job.phase });
      jobs = jobs.map((other) => (other.id === job.id ? { ...other, phase: now.phase } : other));
      if (!ACTIVE.has(now.phase)) said(`${title(job)}: ${texts[now.phase] ?? now.phase}`);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, LATER));
    }
    watched.delete(job.id);
    draw();
    watchSome();
  };
  const act = (/** @type {(tap: string, id: string) => Promise<void>} */ deed, job) => async () => {
    try {
      await deed(tap, job.id);
    } catch (error) {
      said(String(error.message));
    }
    refresh();
  };
  const withJob = async (/** @type {JobEntry} */ job, /** @type {(job: any) => void} */ deed) => {
    try {
      deed(await readJob(tap, job.id));
    } catch (error) {
      said(String(error.message));
    }
  };
  const entry = (/** @type {JobEntry} */ job) => {
    const state = make("span", { class: `adql-phase adql-${job.phase.toLowerCase()}` });
    state.append(icon(PICTURES[job.phase] ?? "question-circle"), ` ${texts[job.phase] ?? job.phase}`);
    const link = make("a", { href: `?job=${encodeURIComponent(job.id)}`, class: "adql-entry" });
    link.textContent = title(job);
    link.addEventListener("click", (event) => {
      event.preventDefault();
      withJob(job, open);
    });
    return make("li", { "data-job": job.id }, link, state, actions(job));
  };
  const actions = (/** @type {JobEntry} */ job) => {
    const done = job.phase === "COMPLETED";
    const view = () => withJob(job, show);
    const download = { class: "btn btn-sm btn-quiet", href: resultUrl(tap, job.id), download: "" };
    const file = make("a", { ...download, title: texts.result }, icon("download"));
    file.append(make("span", { class: "visually-hidden" }, texts.result));
    return make(
      "div",
      { class: "btn-group" },
      done || job.phase === "ERROR" ? button(texts.showResult, "table", view) : null,
      done ? file : null,
      ACTIVE.has(job.phase) ? button(texts.abort, "stop", act(abortJob, job)) : null,
      button(texts.delete, "trash", act(deleteJob, job)),
    );
  };
  const title = (/** @type {JobEntry} */ job) =>
    job.runId || texts.jobOf.replace("%s", new Date(job.creationTime).toLocaleString());

  refresh();
  return { refresh };
}
