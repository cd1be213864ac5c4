/*
 * chart.js: a drawing beside its table. Chart.js is loaded only when the first one is drawn; without it
 * the tables say the same. Colours are the page's own, so that light and dark both fit.
 */
import { h } from "../lib/dom.js";

let library = null;

function loadLibrary() {
  library ??= import("/vendor/chart.js").then(
    () => globalThis.Chart,
    () => null,
  );
  return library;
}

const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const tones = ["", "--accent", "--line-strong", "--red", "--on-blue-soft"];

function options(config) {
  const ink = token("--ink-2");
  const line = token("--line");
  const axis = (stacked) => ({
    stacked: Boolean(stacked),
    beginAtZero: true,
    ticks: { color: ink },
    grid: { color: line },
  });
  return {
    type: config.type,
    data: {
      labels: config.labels,
      datasets: config.series.map((series) => ({
        label: series.label,
        data: series.values,
        backgroundColor: token(tones[series.tone]),
        borderColor: token(tones[series.tone]),
        borderRadius: config.type === "bar" ? 4 : 0,
        borderWidth: config.type === "line" ? 2 : 0,
        maxBarThickness: 44,
      })),
    },
    options: {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      indexAxis: config.flat ? "y" : "x",
      plugins: { legend: { display: config.series.length > 1, labels: { color: ink } } },
      scales: { x: axis(config.stacked), y: axis(config.stacked) },
    },
  };
}

/* A place for one chart: view(config) gives its element, draw() brings it up to date once that is
 * on the page, close() lets it go. */
export function chartSlot() {
  let chart = null;
  let shown = "";
  let wanted = null;
  let closed = false;
  const canvas = h("canvas", null);
  const holder = h("div", { class: "chart", "aria-hidden": "true" });
  holder.append(canvas);

  async function draw() {
    if (!wanted || !holder.isConnected) return;
    const look = document.documentElement.dataset.theme ?? "";
    const now = JSON.stringify([wanted, look]);
    if (now === shown) return;
    shown = now;
    const Chart = await loadLibrary();
    if (closed || !Chart || now !== shown) {
      holder.hidden = !Chart;
      return;
    }
    chart?.destroy();
    chart = new Chart(canvas, options(wanted));
    holder.dataset.drawn = "yes";
  }

  return {
    draw,
    view(config) {
      wanted = config;
      // Where it stands already it stays: the tree made here is only compared with the page.
      return h("div", { class: "chart-place", key: "chart", keep: true }, holder.isConnected ? null : holder);
    },
    close() {
      closed = true;
      chart?.destroy();
    },
  };
}
