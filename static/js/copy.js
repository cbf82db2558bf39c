// A button that copies a field: shown only where the browser can copy.

for (const button of document.querySelectorAll("[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  const said = document.getElementById(`${button.dataset.copy}_copied`);
  if (!navigator.clipboard) {
    field.addEventListener("focus", () => field.select());
    continue;
  }
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(field.value);
      said.textContent = "已复制";
    } catch {
      field.select();
      said.textContent = "没能复制，请手工选取";
    }
  });
}
