// Light, dark or as the system says. The server knows the choice by a cookie; CSS does the rest.

const dark = matchMedia("(prefers-color-scheme: dark)");

/** Return which theme is seen now. @returns {"light" | "dark"} */
export function shownTheme() {
  const chosen = document.documentElement.dataset.bsTheme;
  if (chosen === "light" || chosen === "dark") return chosen;
  return dark.matches ? "dark" : "light";
}

/**
 * Call back whenever the shown theme changes: pictures drawn by scripts need it.
 *
 * @param {(theme: "light" | "dark") => void} changed
 */
export function onTheme(changed) {
  document.addEventListener("gammavo:theme", () => changed(shownTheme()));
  dark.addEventListener("change", () => changed(shownTheme()));
}

/** Change the theme without loading the page again; the form still tells the server. */
export function enableThemeChoice() {
  const form = /** @type {HTMLFormElement | null} */ (document.querySelector("#theme-choice"));
  form?.addEventListener("submit", (event) => {
    const button = /** @type {HTMLButtonElement} */ (event.submitter);
    event.preventDefault();
    document.documentElement.dataset.bsTheme = button.value;
    for (const other of form.querySelectorAll("button")) {
      other.setAttribute("aria-pressed", String(other === button));
      other.classList.toggle("active", other === button);
    }
    document.dispatchEvent(new Event("gammavo:theme"));
    const body = new URLSearchParams({ theme: button.value });
    // If the server is away the choice holds for this page only.
    fetch(form.action, { method: "POST", body }).catch(() => {});
  });
}
