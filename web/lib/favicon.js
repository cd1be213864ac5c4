/*
 * favicon.js: the tab's picture with the number of visits still to come, so that the day can be
 * judged from another tab.
 */

const SIZE = 64;
const GREEN = "#1d5b40";
const CREAM = "#fdf8ec";
let shown = null;

function paw(pen) {
  pen.fillStyle = GREEN;
  pen.beginPath();
  pen.roundRect(0, 0, SIZE, SIZE, 14);
  pen.fill();
  pen.fillStyle = CREAM;
  for (const [x, y, rx, ry] of [
    [13, 31, 6, 8],
    [24, 17, 6, 8.5],
    [40, 17, 6, 8.5],
    [51, 31, 6, 8],
    [32, 43, 15, 12],
  ]) {
    pen.beginPath();
    pen.ellipse(x, y, rx, ry, 0, 0, Math.PI * 2);
    pen.fill();
  }
}

function number(pen, text) {
  const width = text.length > 1 ? 44 : 34;
  pen.fillStyle = CREAM;
  pen.beginPath();
  pen.roundRect(SIZE - width, SIZE - 36, width, 36, 10);
  pen.fill();
  pen.fillStyle = GREEN;
  pen.font = "700 32px sans-serif";
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillText(text, SIZE - width / 2, SIZE - 17);
}

/* null: the plain picture. */
export function faviconCount(count) {
  const text = count > 0 ? String(Math.min(count, 99)) : "";
  if (shown === text) return;
  const canvas = document.createElement("canvas");
  canvas.width = SIZE;
  canvas.height = SIZE;
  const pen = canvas.getContext("2d");
  if (!pen?.roundRect) return;
  paw(pen);
  if (text) number(pen, text);
  const link = document.getElementById("favicon");
  link.type = "image/png";
  link.href = canvas.toDataURL("image/png");
  shown = text;
}
