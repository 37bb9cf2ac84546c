// Files that scripts make.

import { make } from "../frame/dom.js";

/** Let the browser save a file. @param {{name: string, content: Blob}} file */
export function saveFile({ name, content }) {
  const href = URL.createObjectURL(content);
  make("a", { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}
