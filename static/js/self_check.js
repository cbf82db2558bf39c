// The self-check on the phone: what is done and what it costs, counted while one walks. Without this the server counts.

const form = document.querySelector("[data-self-check]");
const checks = [...form.querySelectorAll(".check")];
const chosen = (check) => check.dataset.answered ?? check.querySelector(".seg input:checked")?.value ?? "";

// Hundredths, so that 0.5 and 0.1 add up exactly.
function deducted(check) {
  if (chosen(check) !== "fail") return 0;
  if (check.dataset.answered) return Math.round(check.dataset.taken * 100);
  const figure = (name) => Number(check.querySelector(`[name$="-${name}"]`)?.value) || 0;
  const cap = Math.round(check.dataset.cap * 100);
  const each = Math.round(check.dataset.deduction * 100);
  if (check.dataset.kind === "fixed") return each;
  if (check.dataset.kind === "range") return Math.min(cap, Math.round(figure("deducted") * 100));
  if (check.dataset.kind === "share") {
    return figure("sampled") ? Math.min(cap, Math.round((cap * figure("failed")) / figure("sampled"))) : 0;
  }
  return Math.min(cap, each * Math.max(1, Math.floor(figure("instances"))));
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
    const places = event.target.closest(".check").querySelector('[name$="-instances"]');
    if (places) places.value ||= 1;
  }
  if (event.target.type === "file") {
    const count = event.target.files.length;
    event.target.closest(".add").querySelector("[data-add]").textContent = count ? `已选 ${count} 张` : "＋ 照片";
  }
  show();
});
show();
