// Forms: ask before what is hard to take back, warn before typed words are lost, send once.

function ask(question) {
  const dialog = document.createElement("dialog");
  dialog.className = "ask";
  dialog.setAttribute("aria-label", "请确认");
  const words = document.createElement("p");
  words.textContent = question;
  const row = document.createElement("form");
  row.method = "dialog";
  row.className = "actions";
  for (const [value, label, style] of [["yes", "确认", "btn primary"], ["", "取消", "btn"]]) {
    const button = document.createElement("button");
    Object.assign(button, { value, textContent: label, className: style });
    row.append(button);
  }
  dialog.append(words, row);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((answer) => dialog.addEventListener("close", () => {
    dialog.remove();
    answer(dialog.returnValue === "yes");
  }));
}

const agreed = new WeakSet();
const sent = new Set();
const changed = new Set();

document.addEventListener("submit", async (event) => {
  const form = event.target;
  const button = event.submitter;
  const question = button?.dataset.confirm ?? form.dataset.confirm;
  if (form.method === "dialog") return;
  if (question && !agreed.delete(form)) {
    event.preventDefault();
    if (await ask(question)) {
      agreed.add(form);
      form.requestSubmit(button);
    }
    return;
  }
  if (form.method === "post" && sent.has(form)) {
    event.preventDefault();
    return;
  }
  changed.delete(form);
  renewToken(form);
  if (form.method === "post" && form.target !== "_blank") {
    sent.add(form);
    button?.setAttribute("aria-disabled", "true");
    setTimeout(() => release(form), 15000);
  }
});

// Somebody who signed in again in another tab sends what was typed here with the new token.
function renewToken(form) {
  const token = form.elements.csrfmiddlewaretoken;
  const fresh = document.cookie.match(/(?:^|; )(?:__Host-)?csrftoken=([^;]+)/);
  if (token && fresh) token.value = fresh[1];
}

// The lock ends after a while or when the page comes back: a lost connection must not take the button away for good.
function release(form) {
  sent.delete(form);
  form.querySelectorAll("[aria-disabled=true]").forEach((button) => button.removeAttribute("aria-disabled"));
}
addEventListener("pageshow", () => [...sent].forEach(release));

document.querySelectorAll("form[data-unsaved]").forEach((form) => {
  form.addEventListener("input", () => changed.add(form));
});
addEventListener("beforeunload", (event) => { if (changed.size) event.preventDefault(); });

// After a refused form the summary is read first.
document.querySelector("[data-focus]")?.focus();
