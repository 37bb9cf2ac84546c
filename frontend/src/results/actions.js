// What can be done with a result and with the selected rows.

import { addToBasket, currentBasket, readBaskets } from "../frame/basket.js";
import { button, icon, make } from "../frame/dom.js";
import { say } from "../frame/say.js";
import { siteUrl } from "../frame/site.js";
import { openCode } from "./code.js";
import * as files from "./files.js";
import { entry, heading, menu, outcome } from "./menus.js";
import { sharing } from "./sharing.js";

/**
 * @typedef {object} Shown what the actions know of the block
 * @property {import("./load.js").Result} result
 * @property {import("./columns.js").Meanings} meanings
 * @property {import("./selection.js").Selection} selection
 * @property {any} [sky]
 * @property {any} [table]
 */

/** Runs that a package of this site has at most. */
const packageRuns = () => Number(document.documentElement.dataset.packageRuns);

/**
 * Return the bar of actions, and what refreshes it when the selection changed.
 *
 * @param {Shown} shown
 */
export function makeActions(shown) {
  const said = outcome();
  const hasProducts = shown.meanings.did >= 0;
  const { query } = shown.result;
  const element = make(
    "div",
    { class: "results-actions", role: "group", "aria-label": say("Actions") },
    menu(say("Download"), "download", () => downloads(shown, said)),
    hasProducts ? menu(say("Basket"), "basket", () => baskets(shown, said)) : null,
    menu(say("Send"), "send", () => sending(shown, said)),
    query ? button(say("Code"), "code-slash", () => openCode(shown), { text: true }) : null,
    menu(say("Share"), "share", () => sharing(shown, said)),
    query && !location.href.startsWith(siteUrl("adql")) ? adqlLink(query) : null,
    said.line,
  );
  return { element, update: () => said.say("") };
}

/** Rows that are meant: the selected ones, else all that are shown. @param {Shown} shown */
function meant({ selection }) {
  return selection.selected.size ? selection.selectedRows() : selection.shownRows();
}

/** @param {Shown} shown @param {ReturnType<typeof outcome>} said */
function downloads(shown, said) {
  const { result, selection, meanings } = shown;
  const whole = result.query
    ? Object.entries(files.FORMATS).map(([format, name]) =>
        entry(name, () => files.saveAnswer(result.query, format, result.maxrec)),
      )
    : [entry(say("The file of the result"), () => files.follow(result.url, ""))];
  const list = [heading(say("Whole result")), make("div", { class: "results-formats" }, ...whole)];
  const { size } = selection.selected;
  if (size) list.push(heading(say("Selected rows ({n})", { n: size })), selectionFormats(shown));
  if (meanings.did < 0) return list;
  const runs = files.productsOf(result, meanings, meant(shown), { runs: true });
  const title = size
    ? say("Files of the selected runs ({n}), with all responses", { n: runs.length })
    : say("Files of all runs ({n}), with all responses", { n: runs.length });
  const kinds = ["tar", "zip"].map((kind) =>
    entry(say("Package as {kind}", { kind }), () => packageOf(runs, kind, said), !runs.length),
  );
  return [...list, heading(title), make("div", { class: "results-formats" }, ...kinds)];
}

/** @param {string[]} runs */
function packageOf(runs, kind, said) {
  if (runs.length > packageRuns()) {
    said.say(say("A package has at most {n} runs: select fewer.", { n: packageRuns() }));
  } else files.savePackage(runs, kind);
}

/** Formats of the selected rows: all of them if a query gives these rows. @param {Shown} shown */
function selectionFormats({ result, meanings, selection }) {
  const rows = selection.selectedRows();
  const own = Object.entries(files.OWN_FORMATS).map(([format, name]) =>
    entry(name, () => files.saveRows(result, rows, format)),
  );
  const place = make("div", { class: "results-formats" }, ...own);
  files.queryOfRows(result, meanings, rows).then((query) => {
    if (!query) return;
    const all = Object.entries(files.FORMATS).map(([format, name]) =>
      entry(name, () => files.saveAnswer(query, format, rows.length)),
    );
    place.replaceChildren(...all);
  });
  return place;
}

/** @param {Shown} shown @param {ReturnType<typeof outcome>} said */
function baskets(shown, said) {
  const products = files.productsOf(shown.result, shown.meanings, meant(shown));
  const put = (name) => {
    try {
      const n = addToBasket(products, name);
      said.say(say("New in the basket {name}: {n}.", { n, name }));
    } catch {
      said.say(say("The browser keeps no more: the basket is as before."));
    }
  };
  const names = Object.keys(readBaskets());
  if (!names.length) names.push(currentBasket());
  const field = make("input", {
    class: "form-control form-control-sm",
    "aria-label": say("Name of a new basket"),
    placeholder: say("New basket"),
    maxlength: 60,
  });
  const putNew = (event) => {
    event.preventDefault();
    if (field.value.trim()) put(field.value.trim());
  };
  const create = make("button", { class: "btn btn-sm btn-quiet" }, say("Add"));
  return [
    heading(say("Put the products ({n}) into", { n: products.length })),
    ...names.map((name) => entry(name, () => put(name), !products.length)),
    make("form", { class: "d-flex gap-2 mt-2", onsubmit: putNew }, field, create),
  ];
}

/** @param {Shown} shown @param {ReturnType<typeof outcome>} said */
function sending(shown, said) {
  const send = async (what) => {
    said.say(say("Looking for a SAMP hub …"));
    const { sendBySamp } = await import("./samp.js");
    said.say(await sendBySamp(what, shown));
  };
  const { size } = shown.selection.selected;
  const hasFiles = shown.meanings.accessUrl >= 0;
  return [
    heading(say("To TOPCAT, Aladin, DS9 … (SAMP)")),
    shown.result.query ? entry(say("Table of the result"), () => send("table")) : null,
    entry(say("Selected rows ({n})", { n: size }), () => send("selection"), !size),
    hasFiles ? entry(say("FITS files of the selected rows"), () => send("files"), !size) : null,
    entry(say("Coverage of this site (MOC)"), () => send("coverage")),
  ].filter(Boolean);
}

/** @param {string} query */
function adqlLink(query) {
  const href = `${siteUrl("adql")}?${new URLSearchParams({ query })}`;
  return make("a", { class: "btn btn-sm btn-quiet", href }, icon("pencil"), " ", say("Edit the query"));
}
