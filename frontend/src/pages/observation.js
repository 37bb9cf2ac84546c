// The page of a run: pictures that can be zoomed, and the basket.

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

enableZoom();
enableBasket();
