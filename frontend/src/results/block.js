// A result as sky, plots and table that share one selection.

import "./block.css";

import { button, make } from "../frame/dom.js";
import { addTexts, say } from "../frame/say.js";
import { recognise } from "./columns.js";
import { Selection } from "./selection.js";

/** @typedef {import("./load.js").Result} Result */

/** Numbers of blocks made, for identifiers of elements. */
let made = 0;

/**
 * Show a result in an element, in place of what is there.
 *
 * @param {HTMLElement} element
 * @param {Result} result
 * @param {{title?: string}} [options] title of the block
 * @returns {{destroy: () => void, update: (result: Result) => void, ready: Promise<void>}}
 */
export function mountResults(element, result, { title } = {}) {
  let block = new Block(element, result, title);
  return {
    get ready() {
      return block.ready;
    },
    destroy: () => block.destroy(),
    update(next) {
      block.destroy();
      block = new Block(element, next, title);
    },
  };
}

/** One result that is shown. */
class Block {
  /** @param {HTMLElement} element @param {Result} result @param {string} [title] */
  constructor(element, result, title) {
    this.element = element;
    this.result = result;
    this.title = title;
    this.number = ++made;
    this.meanings = recognise(result.columns);
    this.selection = new Selection(result.rows.length);
    /** Parts that are shown. @type {Array<{destroy(): void}>} */
    this.parts = [];
    this.gone = false;
    this.ready = this.show();
  }

  async show() {
    await addTexts({ fr: () => import("./french.js") });
    if (this.gone) return;
    this.root = make("section", { class: "results", "aria-label": this.title ?? say("Result") });
    const place = make("div", { class: "results-table" });
    this.root.append(place);
    this.element.replaceChildren(this.root);
    const { ResultTable } = await import("./table.js");
    if (this.gone) return;
    this.table = new ResultTable(place, this.result, this.meanings, this.selection);
    this.parts.push(this.table);
    await this.table.ready;
  }

  destroy() {
    this.gone = true;
    for (const part of this.parts) part.destroy();
    this.root?.remove();
  }
}
