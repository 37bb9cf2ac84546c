// Buttons that copy: <button data-copy="#id-of-an-element"> or <button data-copy-text="…">.

import { copyText } from "./clipboard.js";

/** How long a button says that it has copied, in milliseconds. */
const SAID = 2000;

/** Copy what a button names, and say so in it. @param {HTMLElement} button */
async function copy(button) {
  const source = document.querySelector(button.dataset.copy || "null");
  const text = button.dataset.copyText ?? source?.textContent ?? "";
  const isCopied = await copyText(text.trim());
  const label = button.querySelector("[data-copy-label]") ?? button;
  const before = label.textContent;
  const { copied = "Copied", notCopied = "Not copied" } = document.documentElement.dataset;
  label.textContent = isCopied ? copied : notCopied;
  setTimeout(() => (label.textContent = before), SAID);
}

/** Make all such buttons work, those of later content too. */
export function enableCopying() {
  document.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    const button = /** @type {HTMLElement | null} */ (
      target.closest("[data-copy], [data-copy-text]")
    );
    if (button) copy(button);
  });
}
