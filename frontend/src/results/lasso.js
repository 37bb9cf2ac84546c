// Drawing a shape over a picture: a lasso around what is meant, or a rectangle.

const SPACE = "http://www.w3.org/2000/svg";

/** Shapes smaller than this, in pixels, are clicks that slipped. */
const SMALLEST = 4;

/** @typedef {[number, number]} Point pixels from the corner of the picture */

/** A transparent layer that takes the pointer while somebody draws. */
export class Lasso {
  /**
   * @param {HTMLElement} over the element whose whole area is covered
   * @param {(shape: Point[], event: PointerEvent) => void} drawn called with the corners
   */
  constructor(over, drawn) {
    this.drawn = drawn;
    /** @type {"lasso" | "rectangle" | null} */
    this.mode = null;
    /** @type {Point[]} */
    this.points = [];
    this.layer = document.createElementNS(SPACE, "svg");
    this.layer.setAttribute("class", "results-lasso");
    this.layer.setAttribute("aria-hidden", "true");
    this.shape = document.createElementNS(SPACE, "polygon");
    this.layer.append(this.shape);
    over.append(this.layer);
    this.layer.addEventListener("pointerdown", (event) => this.begin(event));
    this.layer.addEventListener("pointermove", (event) => this.move(event));
    this.layer.addEventListener("pointerup", (event) => this.end(event));
    this.layer.addEventListener("pointercancel", () => this.clear());
  }

  /** Begin to draw shapes of a kind; null: the pointer goes through. */
  use(/** @type {"lasso" | "rectangle" | null} */ mode) {
    this.mode = mode;
    this.layer.classList.toggle("is-active", mode !== null);
    this.clear();
  }

  /** @param {PointerEvent} event */
  begin(event) {
    this.layer.setPointerCapture(event.pointerId);
    this.points = [this.place(event)];
    event.preventDefault();
  }

  /** @param {PointerEvent} event */
  move(event) {
    if (!this.points.length) return;
    const here = this.place(event);
    if (this.mode === "rectangle") {
      const [x, y] = this.points[0];
      this.points = [[x, y], [here[0], y], here, [x, here[1]]];
    } else this.points.push(here);
    this.shape.setAttribute("points", this.points.join(" "));
  }

  /** @param {PointerEvent} event */
  end(event) {
    const shape = this.points;
    this.clear();
    const [x, y] = [0, 1].map((axis) => {
      const values = shape.map((point) => point[axis]);
      return Math.max(...values) - Math.min(...values);
    });
    if (shape.length > 2 && Math.max(x, y) > SMALLEST) this.drawn(shape, event);
  }

  clear() {
    this.points = [];
    this.shape.setAttribute("points", "");
  }

  /** @param {PointerEvent} event @returns {Point} */
  place(event) {
    const box = this.layer.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }
}

/** Tell whether a point lies in a polygon. @param {ArrayLike<number>} point @param {Point[]} corners */
export function isWithin(point, corners) {
  let inside = false;
  for (let one = 0, other = corners.length - 1; one < corners.length; other = one++) {
    const [[x1, y1], [x2, y2]] = [corners[one], corners[other]];
    const crosses = y1 > point[1] !== y2 > point[1];
    if (crosses && point[0] < ((x2 - x1) * (point[1] - y1)) / (y2 - y1) + x1) inside = !inside;
  }
  return inside;
}
