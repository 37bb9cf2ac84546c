// The choice of what is plotted.

import { make } from "../frame/dom.js";
import { say } from "../frame/say.js";
import { COUNT } from "./plot_axes.js";

/** @typedef {import("./plot_axes.js").Axis} Axis */

/** Buttons for the usual plots, and the choice of both axes and their scales. */
export class PlotTools {
  /**
   * @param {Map<string, Axis>} axes
   * @param {Array<{title: string, x: string, y: string}>} usual
   * @param {() => void} changed
   */
  constructor(axes, usual, changed) {
    this.axes = axes;
    this.changed = changed;
    const keys = [...axes.keys()];
    this.choices = {
      x: this.axisChoice(say("Horizontal axis"), keys.filter((key) => key !== COUNT && !axes.get(key).range)),
      y: this.axisChoice(say("Vertical axis"), keys),
    };
    this.logs = { x: this.logChoice("x"), y: this.logChoice("y") };
    this.buttons = usual.map((plot) => {
      const properties = { type: "button", class: "btn btn-sm btn-quiet", "aria-pressed": "false" };
      const made = make("button", properties, plot.title);
      made.addEventListener("click", () => this.take(plot, true));
      return { made, plot };
    });
    const group = { class: "btn-group btn-group-sm", role: "group", "aria-label": say("Usual plots") };
    this.element = make(
      "div",
      { class: "results-bar" },
      usual.length ? make("div", group, ...this.buttons.map(({ made }) => made)) : null,
      make("span", { class: "results-axis" }, "x", this.choices.x, this.logs.x.label),
      make("span", { class: "results-axis" }, "y", this.choices.y, this.logs.y.label),
    );
    this.take(usual[0] ?? { x: keys[0], y: keys[1] ?? COUNT }, false);
  }

  get x() {
    return this.choices.x.value;
  }

  get y() {
    return this.choices.y.value;
  }

  get logX() {
    return this.logs.x.box.checked;
  }

  get logY() {
    return this.logs.y.box.checked;
  }

  /** @param {string} label @param {string[]} keys */
  axisChoice(label, keys) {
    const options = keys.map((key) => make("option", { value: key }, this.axes.get(key).label));
    const properties = { class: "form-select form-select-sm", "aria-label": label };
    const choice = make("select", properties, ...options);
    choice.addEventListener("change", () => {
      this.logs.x.box.checked = Boolean(this.axes.get(this.x).isLog);
      this.logs.y.box.checked = Boolean(this.axes.get(this.y).isLog);
      this.show();
      this.changed();
    });
    return choice;
  }

  /** @param {string} name */
  logChoice(name) {
    const box = make("input", { type: "checkbox", "aria-label": say("Logarithmic {name} axis", { name }) });
    box.addEventListener("change", () => this.changed());
    return { box, label: make("label", {}, box, " log") };
  }

  /** Plot one of the usual plots. */
  take({ x, y }, tell) {
    this.choices.x.value = x;
    this.choices.y.value = y;
    this.logs.x.box.checked = Boolean(this.axes.get(x).isLog);
    this.logs.y.box.checked = Boolean(this.axes.get(y).isLog);
    this.show();
    if (tell) this.changed();
  }

  /** Return what is chosen, for an address: keys of both axes, and which are logarithmic. */
  text() {
    return [this.x, this.y, ...(this.logX ? ["logx"] : []), ...(this.logY ? ["logy"] : [])].join(" ");
  }

  /** Choose what an address says, if there are such axes. @param {string} text */
  takeText(text) {
    const [x, y, ...logs] = text.split(" ");
    const has = (choice, key) => [...choice.options].some(({ value }) => value === key);
    if (!has(this.choices.x, x) || !has(this.choices.y, y)) return;
    this.take({ x, y }, false);
    this.logs.x.box.checked = logs.includes("logx");
    this.logs.y.box.checked = logs.includes("logy");
  }

  show() {
    for (const { made, plot } of this.buttons) {
      made.setAttribute("aria-pressed", String(plot.x === this.x && plot.y === this.y));
    }
  }
}
