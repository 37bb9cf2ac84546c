// Colours of the editor: those of the site, so that light and dark need nothing more.

import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--adql-keyword)", fontWeight: "600" },
  { tag: tags.typeName, color: "var(--adql-function)" },
  { tag: tags.standard(tags.name), color: "var(--adql-function)" },
  { tag: tags.string, color: "var(--adql-text)" },
  { tag: tags.number, color: "var(--adql-number)" },
  { tag: tags.lineComment, color: "var(--bs-secondary-color)", fontStyle: "italic" },
]);

const look = EditorView.theme({
  "&": { border: "1px solid var(--adql-edge)", borderRadius: "var(--bs-border-radius)" },
  "&.cm-focused": { outline: "2px solid var(--gv-brand)", outlineOffset: "1px" },
  ".cm-scroller": {
    fontFamily: "var(--bs-font-monospace)",
    fontSize: "0.9rem",
    minHeight: "13rem",
    maxHeight: "60vh",
  },
  ".cm-content": { caretColor: "var(--bs-body-color)" },
  ".cm-gutters": {
    background: "var(--bs-tertiary-bg)",
    color: "var(--bs-secondary-color)",
    border: "none",
    borderRadius: "var(--bs-border-radius) 0 0 var(--bs-border-radius)",
  },
  ".cm-activeLine, .cm-activeLineGutter": { background: "var(--adql-line)" },
  ".cm-cursor": { borderLeftColor: "var(--bs-body-color)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground":
    { background: "var(--adql-selection)" },
  ".cm-matchingBracket, &.cm-focused .cm-matchingBracket": {
    background: "var(--adql-selection)",
    outline: "1px solid var(--bs-border-color)",
  },
  ".cm-placeholder": { color: "var(--bs-secondary-color)" },
  ".cm-lintRange-error": {
    backgroundImage: "none",
    textDecoration: "underline wavy var(--adql-error)",
    textDecorationSkipInk: "none",
    textUnderlineOffset: "3px",
  },
  ".cm-tooltip, .cm-panels": {
    background: "var(--bs-body-bg)",
    color: "var(--bs-body-color)",
    borderColor: "var(--bs-border-color)",
  },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": {
    background: "var(--gv-brand)",
    color: "var(--gv-on-brand)",
  },
});

/** How the editor looks. */
export const theme = [look, syntaxHighlighting(colours)];
