// Pictures in a dialog, as large as one likes. Without scripts they are links to the SVG.

const LARGEST = 8;
const SMALLEST = 0.5;

/** Make the pictures of the page open in the dialog `#zoom`. */
export function enableZoom() {
  const dialog = /** @type {HTMLDialogElement | null} */ (document.querySelector("#zoom"));
  if (!dialog) return;
  const image = dialog.querySelector("img");
  let factor = 1;

  /** @param {number} wanted */
  const zoom = (wanted) => {
    factor = Math.min(LARGEST, Math.max(SMALLEST, wanted));
    image.style.width = `${factor * 100}%`;
  };

  /** @param {HTMLAnchorElement} link */
  const open = (link) => {
    image.src = link.href;
    image.alt = link.querySelector("img").alt;
    const title = link.closest("figure").querySelector("figcaption").textContent;
    dialog.querySelector("#zoom-title").textContent = title;
    setLink(dialog, "svg", link.href);
    setLink(dialog, "png", link.dataset.png);
    zoom(1);
    dialog.showModal();
  };

  document.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    const link = /** @type {HTMLAnchorElement | null} */ (target.closest("[data-picture]"));
    const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (!link || !plain) return;
    event.preventDefault();
    open(link);
  });
  dialog.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    const button = /** @type {HTMLElement | null} */ (target.closest("[data-zoom]"));
    if (button) zoom(factor * Number(button.dataset.zoom));
    if (target === dialog || target.closest("[data-zoom-close]")) dialog.close();
  });
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "+" || event.key === "=") zoom(factor * 1.25);
    if (event.key === "-") zoom(factor / 1.25);
    if (event.key === "0") zoom(1);
  });
}

/**
 * @param {HTMLElement} dialog
 * @param {"svg" | "png"} form
 * @param {string} url
 */
function setLink(dialog, form, url) {
  const link = /** @type {HTMLAnchorElement} */ (dialog.querySelector(`[data-zoom-${form}]`));
  link.href = url;
}
