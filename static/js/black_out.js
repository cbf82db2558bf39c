// Draw rectangles over a photo with mouse or finger; the numbers in the table are what is sent.

const form = document.querySelector("[data-black-out]");
const picture = form.querySelector(".black-out svg");
const drawn = form.querySelector("[data-areas]");
const undo = form.querySelector("[data-undo]");
const rows = [...form.querySelectorAll("[data-typed] tbody tr")].map((row) => [...row.querySelectorAll("input")]);
const typed = form.querySelector("[data-typed]");

form.querySelector("[data-how]").hidden = false;
typed.open = Boolean(document.querySelector(".errors"));
undo.hidden = false;

const filled = (row) => row.every((input) => input.value !== "");
const round = (number) => Math.round(number * 100) / 100;

function show() {
  drawn.replaceChildren(...rows.filter(filled).map((row) => {
    const shape = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    ["x", "y", "width", "height"].forEach((name, at) => shape.setAttribute(name, row[at].value));
    return shape;
  }));
  undo.disabled = !rows.some(filled);
}

function place(event) {
  const box = picture.getBoundingClientRect();
  const share = (at, from, length) => Math.min(100, Math.max(0, ((at - from) / length) * 100));
  return [share(event.clientX, box.left, box.width), share(event.clientY, box.top, box.height)];
}

let start = null;
let target = null;

picture.addEventListener("pointerdown", (event) => {
  target = rows.find((row) => row.every((input) => input.value === ""));
  if (!target) return;
  event.preventDefault();
  picture.setPointerCapture(event.pointerId);
  start = place(event);
});

picture.addEventListener("pointermove", (event) => {
  if (!start) return;
  const [x, y] = place(event);
  const area = [Math.min(x, start[0]), Math.min(y, start[1]), Math.abs(x - start[0]), Math.abs(y - start[1])];
  area.forEach((number, at) => { target[at].value = round(number); });
  show();
});

function finish() {
  if (!start) return;
  start = null;
  if (Number(target[2].value) < 0.5 || Number(target[3].value) < 0.5) target.forEach((input) => { input.value = ""; });
  target[0].dispatchEvent(new Event("input", { bubbles: true }));
}
picture.addEventListener("pointerup", finish);
picture.addEventListener("pointercancel", finish);

undo.addEventListener("click", () => {
  rows.findLast(filled)?.forEach((input) => { input.value = ""; });
  show();
});
form.addEventListener("input", show);
show();
