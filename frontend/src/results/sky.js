// Sky of a result: footprints and positions, pointed at, clicked, and drawn around.

import { button, make } from "../frame/dom.js";
import { say } from "../frame/say.js";
import { isWithin, Lasso } from "./lasso.js";
import { placeAt, placesOf } from "./places.js";
import { FlatSky } from "./sky_flat.js";
import { surrounding } from "./sphere.js";

/**
 * @typedef {import("./load.js").Result} Result
 * @typedef {import("./columns.js").Meanings} Meanings
 * @typedef {import("./selection.js").Selection} Selection
 * @typedef {import("./places.js").Place} Place
 */

/** More places than this are drawn in part; all of them can be selected. */
const MOST_DRAWN = 15_000;

/** How far a pointer may be from what it means, in pixels. */
const NEAR = 9;

/** A pointer that moved less than this between down and up has clicked. */
const STILL = 4;

const COLOURS = { all: "#6fb1ff", selected: "#ffb347", hovered: "#ffffff" };

/** The sky, linked with a selection. */
export class SkyPanel {
  /**
   * @param {HTMLElement} place
   * @param {Result} result
   * @param {Meanings} meanings
   * @param {Selection} selection
   */
  constructor(place, result, meanings, selection) {
    this.selection = selection;
    this.places = placesOf(result, meanings);
    /** Place of each row. @type {Map<number, Place>} */
    this.placeOf = new Map(this.places.flatMap((one) => one.rows.map((row) => [row, one])));
    this.listening = new AbortController();
    this.note = make("p", { class: "results-note" });
    this.pointed = make("span", { class: "results-pointed", "aria-hidden": "true" });
    this.bar = make("div", { class: "results-bar", role: "group", "aria-label": say("Tools of the sky") });
    this.canvas = make("div", { class: "results-sky-canvas" });
    const label = say("Sky with the places of the rows; the table below has the same rows");
    this.holder = make("div", { class: "results-picture", role: "group", "aria-label": label }, this.canvas, this.pointed);
    place.append(this.bar, this.holder, this.note);
    this.ready = this.open();
  }

  async open() {
    this.picture = await openPicture(this.canvas);
    if (this.listening.signal.aborted) {
      this.picture.destroy();
      return;
    }
    this.lasso = new Lasso(this.holder, (shape, event) => this.selectWithin(shape, event));
    this.addTools();
    this.lookAtAll();
    this.drawAll();
    this.drawSelected();
    this.link();
  }

  addTools() {
    const modes = [
      [null, "arrows-move", say("Move")],
      ["lasso", "bounding-box-circles", say("Lasso")],
      ["rectangle", "bounding-box", say("Rectangle")],
    ];
    const buttons = modes.map(([mode, picture, label]) => {
      const made = button(label, picture, () => this.use(mode));
      made.setAttribute("aria-pressed", String(mode === null));
      made.dataset.mode = mode ?? "move";
      return made;
    });
    this.bar.append(make("div", { class: "btn-group btn-group-sm" }, ...buttons));
    if (this.picture instanceof FlatSky) return;
    const coverage = button(say("Coverage"), "layers", () => {
      const yes = coverage.getAttribute("aria-pressed") !== "true";
      coverage.setAttribute("aria-pressed", String(yes));
      this.picture.showCoverage(yes);
    });
    coverage.setAttribute("aria-pressed", "false");
    this.bar.append(
      button(say("Zoom in"), "zoom-in", () => this.picture.zoom(0.6)),
      button(say("Zoom out"), "zoom-out", () => this.picture.zoom(1 / 0.6)),
      button(say("Show all rows"), "arrows-fullscreen", () => this.lookAtAll()),
      coverage,
      ...this.surveyChoice(),
    );
  }

  /** A choice among the sky tiles, if there are several. */
  surveyChoice() {
    const { surveys } = this.picture;
    if (surveys.length < 2) return [];
    const options = surveys.map(({ title }, place) => make("option", { value: place }, title));
    const properties = { class: "form-select form-select-sm", "aria-label": say("Sky behind") };
    const choice = make("select", properties, ...options);
    choice.addEventListener("change", () => this.picture.showSurvey(surveys[Number(choice.value)]));
    return [choice];
  }

  /** @param {"lasso" | "rectangle" | null} mode */
  use(mode) {
    this.lasso.use(mode);
    for (const one of this.bar.querySelectorAll("[data-mode]")) {
      one.setAttribute("aria-pressed", String(one.dataset.mode === (mode ?? "move")));
    }
  }

  link() {
    const { selection, holder } = this;
    const { signal } = this.listening;
    selection.addEventListener("select", () => this.drawSelected(), { signal });
    selection.addEventListener("hover", () => this.drawHovered(), { signal });
    selection.addEventListener("filter", () => this.drawAll(), { signal });
    let down = null;
    let waiting = false;
    holder.addEventListener("pointerdown", (event) => (down = pixels(holder, event)), { signal, capture: true });
    holder.addEventListener("pointermove", (event) => {
      if (waiting || event.buttons) return;
      waiting = true;
      requestAnimationFrame(() => {
        waiting = false;
        selection.hover(this.under(event)?.rows.find((row) => selection.isShown(row)) ?? null);
      });
    }, { signal, capture: true });
    holder.addEventListener("pointerleave", () => selection.hover(null), { signal });
    holder.addEventListener("pointerup", (event) => {
      const here = pixels(holder, event);
      const still = down && Math.hypot(here[0] - down[0], here[1] - down[1]) < STILL;
      if (still && !this.lasso.mode) this.click(event);
    }, { signal, capture: true });
  }

  /** Return what the pointer is over. @param {PointerEvent} event */
  under(event) {
    const [x, y] = pixels(this.holder, event);
    const direction = this.picture.unproject(x, y);
    this.pointed.textContent = direction
      ? `RA ${direction[0].toFixed(3)}°  Dec ${direction[1].toFixed(3)}°`
      : "";
    return direction && placeAt(this.shownPlaces(), direction, NEAR * this.picture.scale());
  }

  /** @param {PointerEvent} event */
  click(event) {
    const rows = this.under(event)?.rows.filter((row) => this.selection.isShown(row));
    if (rows?.length) this.selection.select(rows, howOf(event));
  }

  /** @param {import("./lasso.js").Point[]} shape @param {PointerEvent} event */
  selectWithin(shape, event) {
    const inside = this.shownPlaces().filter(({ centre }) => {
      const point = this.picture.project(centre);
      return point && isWithin(point, shape);
    });
    const rows = inside.flatMap((place) => place.rows).filter((row) => this.selection.isShown(row));
    this.selection.select(rows, howOf(event));
  }

  shownPlaces() {
    const { shown } = this.selection;
    if (!shown) return this.places;
    this.shownFor ??= {};
    if (this.shownFor.rows !== shown) {
      const places = this.places.filter(({ rows }) => rows.some((row) => shown.has(row)));
      this.shownFor = { rows: shown, places };
    }
    return this.shownFor.places;
  }

  lookAtAll() {
    const places = this.shownPlaces();
    if (!places.length) return;
    const { centre, radius } = surrounding(places.map(({ vector }) => vector));
    const sizes = places.flatMap(({ region }) => region?.circles.map((circle) => circle.radius) ?? []);
    this.picture.look(centre, 1.15 * (radius + Math.max(0.25, ...sizes.slice(0, MOST_DRAWN))));
  }

  drawAll() {
    const places = this.shownPlaces();
    const step = Math.ceil(places.length / MOST_DRAWN);
    const drawn = step > 1 ? places.filter((_, place) => place % step === 0) : places;
    this.picture.draw("all", drawn);
    const values = { drawn: drawn.length, all: places.length };
    this.note.textContent =
      step > 1 ? say("{drawn} of {all} places are drawn; all of them can be selected.", values) : "";
  }

  drawSelected() {
    const places = new Set([...this.selection.selected].map((row) => this.placeOf.get(row)));
    places.delete(undefined);
    this.picture.draw("selected", /** @type {Place[]} */ ([...places].slice(0, MOST_DRAWN)));
  }

  drawHovered() {
    const place = this.placeOf.get(this.selection.hovered ?? -1);
    this.picture.draw("hovered", place ? [place] : []);
  }

  /** Look at a direction that another program sent. @param {import("./sphere.js").Vector} centre */
  pointAt(centre) {
    this.picture?.look(centre, 2);
  }

  destroy() {
    this.listening.abort();
    this.picture?.destroy();
  }
}

/** Open Aladin Lite; where it cannot draw, the flat sky. @param {HTMLElement} place */
async function openPicture(place) {
  if (document.createElement("canvas").getContext("webgl2")) {
    const { AladinSky } = await import("./sky_aladin.js");
    return AladinSky.make(place, COLOURS);
  }
  return new FlatSky(place);
}

/** @param {Element} element @param {PointerEvent} event @returns {[number, number]} */
function pixels(element, event) {
  const box = element.getBoundingClientRect();
  return [event.clientX - box.left, event.clientY - box.top];
}

/** Shift adds, Alt takes away. @param {PointerEvent | MouseEvent} event */
export function howOf(event) {
  if (event.shiftKey || event.ctrlKey || event.metaKey) return "add";
  return event.altKey ? "remove" : "replace";
}
