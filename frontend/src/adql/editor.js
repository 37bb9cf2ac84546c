// The editor: CodeMirror with the language of the server, in the place of a text field.

import {
  acceptCompletion,
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { schemaCompletionSource, sql } from "@codemirror/lang-sql";
import { bracketMatching } from "@codemirror/language";
import { forceLinting, linter, lintKeymap } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { Compartment, EditorState, Prec } from "@codemirror/state";
import {
  EditorView,
  drawSelection,
  highlightActiveLine,
  keymap,
  lineNumbers,
  placeholder,
} from "@codemirror/view";

import { columnSource, dialectOf, namespaceOf, optionIcon, wordSource } from "./completion.js";
import { theme } from "./theme.js";

/** @typedef {import("./completion.js").Vocabulary} Vocabulary */
/** @typedef {import("./completion.js").SchemaFacts} SchemaFacts */

/** Milliseconds without a key before the server is asked. */
const PAUSE = 350;

/**
 * Put an editor in the place of a text field, which keeps its text.
 *
 * @param {HTMLTextAreaElement} field
 * @param {{vocabulary: Vocabulary, label: string, run: () => void, tidy: () => void,
 *   check: (query: string) => Promise<import("@codemirror/lint").Diagnostic[]>}} options
 */
export function openEditor(field, { vocabulary, label, run, tidy, check }) {
  const language = new Compartment();
  const dialect = dialectOf(vocabulary);
  let schemas = vocabulary.schemas;
  const words = wordSource(vocabulary);
  const columns = columnSource(() => schemas);

  const spoken = () => {
    const settings = { dialect, schema: namespaceOf(schemas) };
    const sources = [schemaCompletionSource(settings), columns, words];
    return [
      sql({ dialect }).language,
      ...sources.map((autocomplete) => dialect.language.data.of({ autocomplete })),
    ];
  };
  const view = new EditorView({
    state: EditorState.create({
      doc: field.value,
      extensions: [
        keys(run, tidy),
        ...comfort(field, label),
        language.of(spoken()),
        linter((shown) => check(shown.state.doc.toString()), { delay: PAUSE }),
        theme,
      ],
    }),
  });
  field.before(view.dom);
  field.hidden = true;
  return {
    view,
    text: () => view.state.doc.toString(),
    setText: (/** @type {string} */ text) => replaceText(view, text),
    insert: (/** @type {string} */ text) => insertText(view, text),
    select: (/** @type {number} */ from, /** @type {number} */ to) => {
      view.dispatch({ selection: { anchor: from, head: to }, scrollIntoView: true });
      view.focus();
    },
    replace: (/** @type {number} */ from, /** @type {number} */ to, /** @type {string} */ insert) => {
      view.dispatch({ changes: { from, to, insert }, selection: { anchor: from + insert.length } });
      view.focus();
    },
    setSchemas: (/** @type {SchemaFacts[]} */ now) => {
      schemas = now;
      view.dispatch({ effects: language.reconfigure(spoken()) });
      forceLinting(view);
    },
  };
}

/** @param {() => void} run @param {() => void} tidy */
function keys(run, tidy) {
  const own = [
    { key: "Mod-Enter", run: () => (run(), true) },
    { key: "Mod-Shift-f", run: () => (tidy(), true) },
    { key: "Tab", run: acceptCompletion },
  ];
  return [
    Prec.highest(keymap.of(own)),
    keymap.of([
      ...closeBracketsKeymap,
      ...defaultKeymap,
      ...searchKeymap,
      ...historyKeymap,
      ...completionKeymap,
      ...lintKeymap,
      indentWithTab,
    ]),
  ];
}

/** @param {HTMLTextAreaElement} field @param {string} label */
function comfort(field, label) {
  return [
    lineNumbers(),
    history(),
    drawSelection(),
    bracketMatching(),
    closeBrackets(),
    highlightActiveLine(),
    highlightSelectionMatches(),
    autocompletion({ icons: false, addToOptions: [optionIcon] }),
    placeholder(field.placeholder),
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ "aria-label": label }),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) field.value = update.state.doc.toString();
    }),
  ];
}

/** Replace the whole text; one step of undo. @param {EditorView} view @param {string} text */
function replaceText(view, text) {
  const changes = { from: 0, to: view.state.doc.length, insert: text };
  view.dispatch({ changes, selection: { anchor: text.length }, scrollIntoView: true });
}

/** Insert a name at the cursor, apart from words beside it. */
function insertText(/** @type {EditorView} */ view, /** @type {string} */ text) {
  const { from, to } = view.state.selection.main;
  const before = view.state.sliceDoc(Math.max(0, from - 1), from);
  const insert = /[\w"]/.test(before) ? ` ${text}` : text;
  view.dispatch({ changes: { from, to, insert }, selection: { anchor: from + insert.length } });
  view.focus();
}
