// The page with its parts: the editor in the middle, what fills it, what it asks for.

import { copyText } from "../frame/clipboard.js";
import { reach } from "../results/load.js";
import { isView } from "../results/view_address.js";
import { addressOf, remember } from "./address.js";
import { diagnostics, makeChecker, tell } from "./check.js";
import { openCode } from "./code.js";
import { saveFile } from "./files.js";
import { openHistory } from "./history.js";
import { openJobs } from "./jobs.js";
import { resultPlace } from "./outcome.js";
import { makeRunner, parameter } from "./runs.js";
import { openSchemaBrowser } from "./schema.js";
import { askFile, readJob, startJob } from "./service.js";
import { fill } from "./texts.js";
import { openUploads } from "./uploads.js";

/** @typedef {import("./completion.js").Vocabulary} Vocabulary */
/** @typedef {{query: string, maxrec?: string}} Question */

/** Return an element of the page. @param {string} id @returns {any} */
const find = (id) => document.getElementById(id);

/** The ADQL page. */
export class AdqlPage {
  /**
   * @param {any} settings what the server tells scripts
   * @param {Record<string, string>} texts
   * @param {Vocabulary} vocabulary
   * @param {typeof import("./editor.js").openEditor} openEditor
   */
  constructor(settings, texts, vocabulary, openEditor) {
    this.settings = settings;
    this.texts = texts;
    this.vocabulary = vocabulary;
    this.tap = `${settings.root}/tap`;
    this.place = resultPlace(find("results"), { texts, formats: settings.formats });
    const { tap, place } = this;
    this.runner = makeRunner({
      tap,
      mostRows: settings.maxRows,
      place,
      texts,
      answered: (asked, rows) => this.history.add(asked.query, asked.maxrec, rows),
    });
    this.uploads = this.openUploads();
    const declared = () => this.uploads.all().map(({ name, fields }) => ({ name, fields }));
    this.ask = makeChecker(`${settings.root}/adql/check`, declared);
    this.editor = openEditor(find("query"), {
      vocabulary,
      label: texts.editor,
      run: () => this.run(),
      tidy: () => this.tidy(),
      check: (query) => this.check(query),
    });
    this.openSides();
    this.openTools();
    this.openAddress();
    addEventListener("popstate", () => this.goBack());
  }

  openUploads() {
    const { texts, settings } = this;
    return openUploads(find("upload-file"), find("upload-list"), {
      texts,
      most: settings.uploadBytes,
      insert: (text) => this.editor.insert(text),
      changed: () => {
        this.editor.setSchemas(this.schemas());
        this.browser.set(this.schemas());
      },
    });
  }

  /** Tables, examples, history and jobs beside the editor. */
  openSides() {
    const { texts, tap } = this;
    const tables = find("adql-schema");
    const insert = (/** @type {string} */ text) => this.editor.insert(text);
    const label = tables.dataset.search;
    this.browser = openSchemaBrowser(tables, { texts, label, tap, insert });
    this.browser.set(this.schemas());
    this.history = openHistory(find("history"), {
      texts,
      open: (past) => this.fillIn(past),
      run: (past) => {
        this.fillIn(past);
        this.run();
      },
      share: (past) => this.share(past),
    });
    this.jobs = openJobs(find("jobs"), {
      tap,
      texts,
      count: find("jobs-active"),
      said: (text) => this.note(text),
      show: (job) => this.runner.showJob(job),
      open: (job) => this.openJob(job),
    });
    find("examples").addEventListener("click", (event) => this.openExample(event));
  }

  openTools() {
    find("adql-tools").hidden = false;
    find("format-query").addEventListener("click", () => this.tidy());
    find("share-query").addEventListener("click", () => this.share(this.request()));
    find("adql-form").addEventListener("submit", (event) => this.submit(event));
    const opener = find("show-code");
    const { codeUrl: url, copyWord: copy } = opener.dataset;
    const request = () => this.request();
    if (url) openCode(opener, find("adql-code"), { url, copy, request });
  }

  /** Do what the address of the page asks for. */
  async openAddress() {
    const wanted = new URLSearchParams(location.search);
    const job = wanted.get("job");
    if (!job) {
      if (wanted.has("run")) this.run();
      return;
    }
    try {
      this.openJob(await readJob(this.tap, job));
    } catch (error) {
      this.place.error(error.message);
    }
  }

  /** Follow the browser to an address where the page was before. */
  goBack() {
    if (location.hash && !isView(location.hash)) return;
    const wanted = new URLSearchParams(location.search);
    const named = this.settings.examples.find(({ id }) => id === wanted.get("example"));
    const query = named?.query ?? wanted.get("query") ?? "";
    this.fillIn({ query, maxrec: wanted.get("maxrec") ?? "" });
    this.openAddress();
  }

  schemas() {
    return [...this.uploads.schemas(), ...this.vocabulary.schemas];
  }

  request() {
    return {
      query: this.editor.text(),
      maxrec: find("maxrec").value.trim(),
      format: find("format").value,
      uploads: this.uploads.all(),
    };
  }

  /** Say a short thing beside the buttons. @param {string} text */
  note(text) {
    find("adql-note").textContent = text;
  }

  isAnswerable() {
    return this.editor.text().trim() && find("adql-form").reportValidity();
  }

  /** @param {SubmitEvent} event */
  submit(event) {
    const id = event.submitter?.id;
    // A file without uploads is the browser's own business: it may be large.
    if (id === "download-query" && !this.uploads.all().length) return;
    event.preventDefault();
    if (id === "run-job") this.runAsJob();
    else if (id === "download-query") this.save();
    else this.run();
  }

  async run() {
    if (!this.isAnswerable()) return;
    const asked = this.request();
    remember(asked);
    await this.runner.run(asked);
  }

  async runAsJob() {
    if (!this.isAnswerable()) return;
    try {
      await startJob(this.tap, this.request());
      this.note(this.texts.jobSent);
      find("jobs-tab").click();
    } catch (error) {
      this.place.error(error.message);
    }
    this.jobs.refresh();
  }

  async save() {
    try {
      saveFile(await askFile(this.tap, this.request()));
    } catch (error) {
      this.place.error(error.message);
    }
  }

  /** Have a query checked; what is wrong is underlined, and told below the editor. */
  async check(/** @type {string} */ query) {
    const panel = find("adql-check");
    if (!query.trim()) {
      panel.hidden = true;
      return [];
    }
    const { texts, editor } = this;
    try {
      const verdict = await this.ask(query);
      tell(panel, verdict, {
        texts,
        seconds: this.settings.syncSeconds,
        goTo: (fault) => editor.select(fault.from, fault.to),
        fix: (fault) => editor.replace(fault.from, fault.to, fault.replacement),
      });
      return diagnostics(verdict.error, query.length, texts);
    } catch (error) {
      if (error.name !== "AbortError") panel.textContent = texts.notChecked;
      return [];
    }
  }

  /** Put the query into a layout that is easy to read. */
  async tidy() {
    const before = this.editor.text();
    const body = JSON.stringify({ query: before });
    try {
      const response = await reach(`${this.settings.root}/adql/format`, { method: "POST", body });
      if (!response.ok) return this.note(await response.text());
      const { error, query } = await response.json();
      // Whoever typed on meanwhile keeps what is typed.
      if (this.editor.text() !== before) return;
      const place = error && fill(this.texts.place, error.line, error.column);
      this.note(error ? `${place}: ${error.message}` : "");
      if (!error && query !== before) this.editor.setText(query);
    } catch (error) {
      this.note(error.message);
    }
  }

  /** Put a question into the form. @param {Question} question */
  fillIn({ query, maxrec = "" }) {
    this.editor.setText(query);
    find("maxrec").value = maxrec;
  }

  /** Show a job: its query, and its result if there is one. @param {any} job */
  openJob(job) {
    this.fillIn({ query: parameter(job, "QUERY"), maxrec: parameter(job, "MAXREC") });
    history.replaceState(null, "", `?job=${encodeURIComponent(job.jobId)}`);
    this.runner.showJob(job);
  }

  /** @param {MouseEvent} event */
  openExample(event) {
    const link = /** @type {Element} */ (event.target).closest("[data-example]");
    if (!(link instanceof HTMLAnchorElement)) return;
    event.preventDefault();
    const example = this.settings.examples.find(({ id }) => id === link.dataset.example);
    this.fillIn(example);
    history.pushState(null, "", link.href);
    this.editor.view.focus();
  }

  /** Copy the address at which a query is there and is run. @param {Question} question */
  async share(question) {
    const address = addressOf(question);
    if (!address) return this.note(this.texts.tooLong);
    const isCopied = await copyText(new URL(address, location.href).href);
    this.note(isCopied ? this.texts.shared : this.texts.notShared);
  }
}
