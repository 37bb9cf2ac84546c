// Copying texts, also where browsers offer no clipboard: at addresses without https.

/**
 * Copy a text; tell whether it is copied.
 *
 * @param {string} text
 * @returns {Promise<boolean>}
 */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyWithField(text); // no clipboard, or not allowed
  }
}

/** Copy as a person would do it: mark a text in a field, and copy what is marked. */
function copyWithField(/** @type {string} */ text) {
  const focused = /** @type {HTMLElement | null} */ (document.activeElement);
  const field = document.createElement("textarea");
  field.value = text;
  field.readOnly = true;
  field.className = "visually-hidden";
  // In an open dialog nothing outside it can have the focus.
  (focused?.closest("dialog") ?? document.body).append(field);
  field.select();
  const isCopied = document.execCommand("copy");
  field.remove();
  focused?.focus();
  return isCopied;
}
