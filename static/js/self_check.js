// The self-check on the phone: what is done and what it costs, counted while one walks. Without this the server counts.

const form = document.querySelector("[data-self-check]");
const checks = [...form.querySelectorAll(".check")];
const chosen = (check) => check.querySelector(".seg input:checked")?.value ?? "";

// Hundredths, so that 0.5 and 0.1 add up exactly.
function deducted(check) {
  if (chosen(check) !== "fail") return 0;
  const places = Math.max(1, Number(check.querySelector("input[type=number]").value) || 1);
  return Math.min(Math.round(check.dataset.cap * 100), Math.round(check.dataset.deduction * 100) * Math.floor(places));
}

const written = (hundredths) => (hundredths / 100).toFixed(2);

function show() {
  const done = checks.filter(chosen).length;
  document.querySelector("#progress progress").value = done;
  document.querySelector("[data-done]").textContent = done;
  document.querySelector("[data-deducted]").textContent = written(checks.reduce((sum, one) => sum + deducted(one), 0));
  for (const check of checks) {
    check.querySelector("[data-deducted-here]").textContent = `扣 ${written(deducted(check))} 分`;
  }
}

form.addEventListener("input", (event) => {
  if (event.target.type === "radio" && event.target.value === "fail") {
    const places = event.target.closest(".check").querySelector("input[type=number]");
    places.value ||= 1;
  }
  if (event.target.type === "file") {
    const count = event.target.files.length;
    event.target.closest(".add").querySelector("[data-add]").textContent = count ? `已选 ${count} 张` : "＋ 照片";
  }
  show();
});
show();
