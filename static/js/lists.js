// Lists: tick rows, see how many, act on them. Without this the boxes and the buttons still work.

function followPicks(form) {
  const boxes = [...document.querySelectorAll(`input[name="ids"][form="${form.id}"]`)];
  const all = document.querySelector(`input[data-pick-all="${form.id}"]`);
  const count = form.querySelector("[data-picked]");
  const buttons = form.querySelectorAll("button");
  const show = () => {
    const picked = boxes.filter((box) => box.checked).length;
    count.textContent = picked ? `已选 ${picked} ${form.dataset.noun}` : `勾选后可批量办理`;
    buttons.forEach((button) => { button.disabled = !picked; });
    all.checked = picked > 0 && picked === boxes.length;
    all.indeterminate = picked > 0 && picked < boxes.length;
  };
  all.hidden = false;
  all.addEventListener("change", () => { boxes.forEach((box) => { box.checked = all.checked; }); show(); });
  let last = null;
  boxes.forEach((box, at) => box.addEventListener("click", (event) => {
    if (event.shiftKey && last !== null) {
      boxes.slice(Math.min(at, last), Math.max(at, last) + 1).forEach((other) => { other.checked = box.checked; });
    }
    last = at;
    show();
  }));
  addEventListener("pageshow", show);
  show();
}

document.querySelectorAll("form.picked").forEach(followPicks);

// On a phone an unused filter box starts closed, so that the list is in sight.
if (matchMedia("(max-width: 640px)").matches) {
  document.querySelectorAll("details.filters:not([data-active])").forEach((box) => { box.open = false; });
}

// "/" goes to the search box, as long as nobody is typing.
addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.target.closest("input, textarea, select, [contenteditable]")) return;
  const search = document.querySelector(".filters input:not([type=hidden])");
  if (search) { event.preventDefault(); search.focus(); }
});
