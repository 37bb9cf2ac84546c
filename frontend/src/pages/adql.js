// The ADQL page. Without this script it is a form; with it, an editor and what belongs to it.

import "../adql/adql.css";

import { diagnostics, makeChecker, tell } from "../adql/check.js";
import { openCode } from "../adql/code.js";
import { fill, readJson } from "../adql/dom.js";
import { openHistory } from "../adql/history.js";
import { openJobs } from "../adql/jobs.js";
import { resultPlace } from "../adql/outcome.js";
import { makeRunner, parameter } from "../adql/runs.js";
import { openSchemaBrowser } from "../adql/schema.js";
import { readJob, startJob } from "../adql/service.js";
import { openUploads } from "../adql/uploads.js";
import { addressOf, remember } from "../adql/address.js";

const settings = readJson("adql-settings");
const texts = readJson("adql-texts");
const tap = `${settings.root}/tap`;

/** @type {<T extends HTMLElement>(id: string) => T} */
const find = (id) => /** @type {any} */ (document.getElementById(id));

const form = /** @type {HTMLFormElement} */ (find("adql-form"));
const field = /** @type {HTMLTextAreaElement} */ (find("query"));
const maxrec = /** @type {HTMLInputElement} */ (find("maxrec"));
const format = /** @type {HTMLSelectElement} */ (find("format"));
const note = find("adql-note");
const place = resultPlace(find("results"), { texts, formats: settings.formats });
const runner = makeRunner({ tap, mostRows: settings.maxRows, place, texts });

/** Say a short thing beside the buttons. @param {string} text */
const say = (text) => (note.textContent = text);

async function openPage() {
  const [{ openEditor }, response] = await Promise.all([
    import("../adql/editor.js"),
    fetch(`${settings.root}/adql/vocabulary`),
  ]);
  const vocabulary = await response.json();
  const schemas = () => [...uploads.schemas(), ...vocabulary.schemas];
  const label = find("adql-schema").dataset.search ?? "";
  const insert = (/** @type {string} */ text) => editor.insert(text);
  const browser = openSchemaBrowser(find("adql-schema"), { texts, label, tap, insert });
  const uploads = openUploads(
    /** @type {HTMLInputElement} */ (find("upload-file")),
    find("upload-list"),
    {
      texts,
      most: settings.uploadBytes,
      insert,
      changed: () => {
        editor.setSchemas(schemas());
        browser.set(schemas());
      },
    },
  );
  const declared = () => uploads.all().map(({ name, fields }) => ({ name, fields }));
  const ask = makeChecker(`${settings.root}/adql/check`, declared);
  const editor = openEditor(field, {
    vocabulary,
    label: texts.editor,
    run: () => run(),
    tidy: () => tidy(editor),
    check: (query) => check(editor, ask, query),
  });
  browser.set(schemas());
  const request = () => ({
    query: editor.text(),
    maxrec: maxrec.value.trim(),
    format: format.value,
    uploads: uploads.all(),
  });
  const history = openHistory(find("history"), {
    texts,
    open: (past) => fillIn(editor, past),
    run: (past) => (fillIn(editor, past), run()),
    share: (past) => share(past),
  });
  const run = async () => {
    if (!editor.text().trim() || !form.reportValidity()) return;
    const asked = request();
    remember(asked);
    const result = await runner.run(asked);
    if (result) history.add(asked.query, asked.maxrec, result.rows.length);
    else editor.recheck();
  };
  const jobs = openJobs(find("jobs"), {
    tap,
    texts,
    count: find("jobs-active"),
    said: say,
    show: (job) => runner.showJob(job),
    open: (job) => openJob(editor, job),
  });
  const runAsJob = async () => {
    if (!editor.text().trim() || !form.reportValidity()) return;
    try {
      await startJob(tap, request());
      say(texts.jobSent);
      find("jobs-tab").click();
    } catch (error) {
      place.error(error.message);
    }
    jobs.refresh();
  };
  form.addEventListener("submit", (event) => {
    const { id } = /** @type {HTMLElement} */ (event.submitter ?? form);
    if (id === "download-query" && !uploads.all().length) return;
    event.preventDefault();
    if (id === "run-job") runAsJob();
    else if (id === "download-query") runner.save(request());
    else run();
  });
  useTools(editor, request);
  const wanted = new URLSearchParams(location.search);
  if (wanted.get("job")) openJob(editor, await readJob(tap, wanted.get("job") ?? ""));
  else if (wanted.has("run")) run();
}

/** Have a query checked; what is wrong is underlined, and told below the editor. */
async function check(editor, ask, query) {
  const panel = find("adql-check");
  if (!query.trim()) {
    panel.hidden = true;
    return [];
  }
  try {
    const verdict = await ask(query);
    const replace = ({ from, to, replacement }) => {
      const changes = { from, to, insert: replacement };
      editor.view.dispatch({ changes, selection: { anchor: from + replacement.length } });
      editor.view.focus();
    };
    const goTo = ({ from, to }) => {
      editor.view.dispatch({ selection: { anchor: from, head: to }, scrollIntoView: true });
      editor.view.focus();
    };
    tell(panel, verdict, { texts, seconds: settings.syncSeconds, goTo, fix: replace });
    return diagnostics(verdict.error, query.length, texts);
  } catch (error) {
    if (error.name !== "AbortError") panel.textContent = texts.notChecked;
    return [];
  }
}

/** Put the query into a layout that is easy to read. */
async function tidy(editor) {
  const body = JSON.stringify({ query: editor.text() });
  const response = await fetch(`${settings.root}/adql/format`, { method: "POST", body });
  if (!response.ok) return say(await response.text());
  const { error, query } = await response.json();
  if (error) return say(fill(texts.place, error.line, error.column) + `: ${error.message}`);
  if (query !== editor.text()) editor.setText(query);
  say("");
}

/** Show a query that was run before. */
function fillIn(editor, past) {
  editor.setText(past.query);
  maxrec.value = past.maxrec ?? "";
}

/** Show a job: its query, and its result if there is one. */
function openJob(editor, job) {
  fillIn(editor, { query: parameter(job, "QUERY"), maxrec: parameter(job, "MAXREC") });
  history.replaceState(null, "", `?job=${encodeURIComponent(job.jobId)}`);
  find("results").hidden = false;
  runner.showJob(job);
}

/** Copy the address at which the query is there and is run. */
async function share(request) {
  const address = addressOf(request);
  if (!address) return say(texts.tooLong);
  await navigator.clipboard.writeText(new URL(address, location.href).href);
  say(texts.shared);
}

function useTools(editor, request) {
  find("adql-tools").hidden = false;
  find("format-query").addEventListener("click", () => tidy(editor));
  find("share-query").addEventListener("click", () => share(request()));
  const opener = /** @type {HTMLButtonElement} */ (find("show-code"));
  const { codeUrl: url, copyWord: copy = "" } = opener.dataset;
  if (url) openCode(opener, find("adql-code"), { url, copy, request });
  find("examples").addEventListener("click", (event) => {
    const link = /** @type {Element} */ (event.target).closest("[data-example]");
    if (!(link instanceof HTMLElement)) return;
    event.preventDefault();
    const { query } = settings.examples.find(({ id }) => id === link.dataset.example);
    editor.setText(query);
    history.pushState(null, "", link.getAttribute("href"));
    editor.view.focus();
  });
}

openPage();
