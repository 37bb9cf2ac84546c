// Plots of a result: any number against any other, selected by a box or a lasso.

import Plotly from "plotly.js-basic-dist-min";

import { make } from "../frame/dom.js";
import { say } from "../frame/say.js";
import { onTheme } from "../frame/theme.js";
import { isWithin } from "./lasso.js";
import { axesOf, COUNT, usualPlots } from "./plot_axes.js";
import { histogram, layoutOf, numberOf, traceOf } from "./plot_drawing.js";
import { PlotTools } from "./plot_tools.js";

/**
 * @typedef {import("./load.js").Result} Result
 * @typedef {import("./columns.js").Meanings} Meanings
 * @typedef {import("./selection.js").Selection} Selection
 */

/** More rows than this are drawn in part; all of them can be selected. */
const MOST_DRAWN = 4000;

/** Rows in the table for those who do not see the plot. */
const TOLD = 200;

const CONFIGURATION = {
  displaylogo: false,
  displayModeBar: true,
  modeBarButtonsToRemove: ["autoScale2d", "sendChartToCloud", "toImage", "zoomIn2d", "zoomOut2d"],
  // Plotly offers to upload plots to its makers; nothing here leaves for another host.
  plotlyServerURL: "",
  responsive: true,
};

/** The plots, linked with a selection. */
export class PlotPanel {
  /**
   * @param {HTMLElement} place
   * @param {Result} result
   * @param {Meanings} meanings
   * @param {Selection} selection
   * @param {import("./view_address.js").ViewAddress} address
   */
  constructor(place, result, meanings, selection, address) {
    this.result = result;
    this.selection = selection;
    /** Whether a box or lasso of this plot makes the selection just now. */
    this.isSelecting = false;
    this.listening = new AbortController();
    this.axes = axesOf(result, meanings);
    this.tools = new PlotTools(this.axes, usualPlots(this.axes, meanings), () => {
      address.keep("plot", [this.tools.text()]);
      this.draw();
    });
    this.tools.takeText(address.read("plot")[0] ?? "");
    const label = say("Plot of the rows; the same numbers follow as a table");
    this.canvas = make("div", { class: "results-plot", role: "group", "aria-label": label });
    this.note = make("p", { class: "results-note" });
    this.twin = make("details", { class: "results-note" }, make("summary", {}, say("Numbers of the plot")));
    this.twin.addEventListener("toggle", () => this.tell());
    place.append(this.tools.element, this.canvas, this.note, this.twin);
    this.ready = this.draw().then(() => this.link());
  }

  link() {
    const { signal } = this.listening;
    if (signal.aborted) return;
    const { selection, canvas } = this;
    selection.addEventListener("select", () => this.mark(1, selection.selectedRows()), { signal });
    selection.addEventListener("filter", () => this.draw(), { signal });
    selection.addEventListener("hover", () => {
      this.mark(2, selection.hovered === null ? [] : [selection.hovered]);
    }, { signal });
    canvas.on("plotly_selected", (event) => event && this.selectWithin(event));
    canvas.on("plotly_hover", ({ points }) => selection.hover(points[0]?.customdata ?? null));
    canvas.on("plotly_unhover", () => selection.hover(null));
    canvas.on("plotly_click", ({ points, event }) => {
      const row = points[0]?.customdata;
      if (row !== undefined) selection.select([row], event.shiftKey ? "toggle" : "replace");
    });
    onTheme(() => !signal.aborted && this.draw());
  }

  /** Draw all again. */
  async draw() {
    const { x, y, rows } = this.chosen();
    const step = Math.max(1, Math.ceil(rows.length / MOST_DRAWN));
    const isCount = y.key === COUNT;
    const drawn = step > 1 && !isCount ? rows.filter((_, place) => place % step === 0) : rows;
    this.bins = isCount ? histogram(this.result.rows, rows, x, this.tools.logX) : null;
    const { selected, hovered } = this.selection;
    const traces = [drawn, this.onlyShown([...selected]), hovered === null ? [] : [hovered]].map(
      (some, layer) => traceOf(this.result.rows, some, { x, y, layer, bins: this.bins }),
    );
    const values = { drawn: drawn.length, all: rows.length };
    this.note.textContent =
      drawn.length < rows.length ? say("{drawn} of {all} rows are drawn; all of them can be selected.", values) : "";
    if (this.twin.open) this.tell();
    this.drawing = Plotly.react(this.canvas, traces, layoutOf(x, y, this.tools), CONFIGURATION);
    await this.drawing;
  }

  /** Axes that are chosen, and the rows that have a value on both. */
  chosen() {
    const x = this.axes.get(this.tools.x);
    const y = this.axes.get(this.tools.y);
    const { rows } = this.result;
    const has = (axis, row) => axis.key === COUNT || Number.isFinite(axis.read(rows[row]));
    return { x, y, rows: this.selection.shownRows().filter((row) => has(x, row) && has(y, row)) };
  }

  /** @param {number[]} rows */
  onlyShown(rows) {
    const shown = rows.filter((row) => this.selection.isShown(row));
    return this.bins ? shown : shown.slice(0, MOST_DRAWN);
  }

  /** Draw the selected rows, or the one that is pointed at. @param {1 | 2} layer @param {number[]} rows */
  mark(layer, rows) {
    const { x, y } = this.chosenAxes();
    const trace = traceOf(this.result.rows, this.onlyShown(rows), { x, y, layer, bins: this.bins });
    const change = { x: [trace.x], y: [trace.y], customdata: [trace.customdata ?? null] };
    if (trace.error_y) change.error_y = [trace.error_y];
    // New numbers make Plotly guess the kinds of the axes again.
    const { xaxis, yaxis } = layoutOf(x, y, this.tools);
    const layout = { "xaxis.type": xaxis.type, "yaxis.type": yaxis.type };
    if (layer === 1 && !this.isSelecting) layout.selections = [];
    Plotly.update(this.canvas, change, layout, [layer]);
  }

  chosenAxes() {
    return { x: this.axes.get(this.tools.x), y: this.axes.get(this.tools.y) };
  }

  /** Select what lies in a box or a lasso of Plotly. */
  selectWithin({ range, lassoPoints }) {
    const { x, y, rows } = this.chosen();
    const shape = (range ?? lassoPoints) && {
      x: (range ?? lassoPoints).x.map((value) => numberOf(value, x)),
      y: (range ?? lassoPoints).y.map((value) => numberOf(value, y)),
    };
    if (!shape) return;
    const corners = shape.x.map((value, place) => /** @type {[number, number]} */ ([value, shape.y[place]]));
    const between = (value, ends) => value >= Math.min(...ends) && value <= Math.max(...ends);
    const inside = (row) => {
      const values = this.result.rows[row];
      const [one, other] = [x.read(values), y.read(values)];
      if (y.key === COUNT) return between(one, shape.x);
      if (range) return between(one, shape.x) && between(other, shape.y);
      return isWithin([one, other], corners);
    };
    this.isSelecting = true;
    this.selection.select(rows.filter(inside));
    this.isSelecting = false;
  }

  /** Write what the plot shows as a table. */
  tell() {
    this.twin.querySelector("table")?.remove();
    if (!this.twin.open) return;
    const { x, y, rows } = this.chosen();
    const write = (axis, values) => {
      const value = axis.read(values);
      return axis.isTime ? new Date(value).toISOString().slice(0, 19) : String(Number(value.toPrecision(6)));
    };
    const cells = this.bins
      ? this.bins.centres.map((centre, bin) => [String(Number(centre.toPrecision(4))), String(this.bins.counts[bin])])
      : rows.slice(0, TOLD).map((row) => [x, y].map((axis) => write(axis, this.result.rows[row])));
    const line = (tag, texts) => make("tr", {}, ...texts.map((text) => make(tag, {}, text)));
    const caption = rows.length > TOLD && !this.bins ? make("caption", {}, say("The first {n} rows", { n: TOLD })) : null;
    const head = make("thead", {}, line("th", [x.label, y.label]));
    const body = make("tbody", {}, ...cells.map((texts) => line("td", texts)));
    this.twin.append(make("table", { class: "table table-sm" }, caption, head, body));
  }

  /** Fit into the room that there is now. */
  resize() {
    Plotly.Plots.resize(this.canvas);
  }

  destroy() {
    this.listening.abort();
    // Plotly goes on drawing for a moment, and fails if its picture is gone.
    Promise.resolve(this.drawing).then(() => Plotly.purge(this.canvas));
  }
}
