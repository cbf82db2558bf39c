// Some minutes before the session runs out: say so, and let one go on without leaving what is half typed.

const { timeLeft: url, idle } = document.querySelector("script[data-time-left]").dataset;
const WARNED = 5 * 60;
let note = null;

async function ask(method) {
  const token = document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";
  const answer = await fetch(url, { method, headers: { "X-CSRFToken": token }, redirect: "manual" });
  return answer.ok ? (await answer.json()).seconds : 0;
}

// The server is asked, not this page's own clock: another tab may have gone on meanwhile.
async function look(method = "GET") {
  let left;
  try {
    left = await ask(method);
  } catch {
    setTimeout(look, 60_000);
    return;
  }
  if (left > WARNED) {
    note?.remove();
    note = null;
    setTimeout(look, (left - WARNED) * 1000);
    return;
  }
  show(left);
  if (left > 0) setTimeout(look, Math.min(left, 60) * 1000 + 500);
}

function show(left) {
  if (!note) {
    note = document.createElement("div");
    note.className = "note warn";
    note.setAttribute("role", "alert");
    document.querySelector("main").prepend(note);
  }
  const words = document.createElement("p");
  words.textContent = left > 0
    ? `您有一阵没有操作，约 ${Math.ceil(left / 60)} 分钟后须重新登录。填写的内容还没有提交。`
    : "登录已过期。请照常提交：内容会替您存着，登录后接着提交。";
  note.replaceChildren(words);
  if (left <= 0) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn";
  button.textContent = "继续";
  button.addEventListener("click", () => look("POST"));
  note.append(button);
}

setTimeout(look, Math.max(0, Number(idle) - WARNED) * 1000);
