// The page of a run: pictures that can be zoomed, the basket, and SAMP.

import "./observation.css";

import { addToBasket, readBaskets } from "../frame/basket.js";
import { enableZoom } from "../observation/zoom.js";

/** Make the link to the basket put the run into it instead. */
function enableBasket() {
  const actions = document.querySelector("#actions");
  const link = actions?.querySelector("[data-basket-add]");
  if (!link) return;
  const did = actions.dataset.did;
  const show = () => {
    const isIn = Object.values(readBaskets()).some((list) => list.includes(did));
    if (isIn) {
      link.querySelector("[data-label]").textContent = link.dataset.added;
      link.search = ""; // the basket page with the own baskets
    }
    link.toggleAttribute("data-is-in", isIn);
  };
  link.addEventListener("click", (event) => {
    if (link.hasAttribute("data-is-in")) return; // a link to the basket
    event.preventDefault();
    addToBasket([did]);
  });
  document.addEventListener("gammavo:basket", show);
  show();
}

/** Make the button send the run to other programs. */
function enableSending() {
  const actions = document.querySelector("#actions");
  const said = /** @type {HTMLElement} */ (document.querySelector("#said"));
  actions?.querySelector("[data-send]")?.addEventListener("click", async () => {
    const { sendRun } = await import("../observation/samp.js");
    said.textContent = said.dataset[await sendRun(actions.dataset)];
  });
}

enableZoom();
enableSending();
enableBasket();
