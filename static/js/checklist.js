// A checklist on the phone, the self-check's or an assessor's sheet: what is done and what it costs, counted while one
// walks; every word and photo kept here until the server has it. Without this the server counts, and the form is sent
// as any other.

const form = document.querySelector("form[data-about]");
const checks = [...form.querySelectorAll(".check[data-kind]")];
const read = (check) => [...check.querySelectorAll(".asked input")].filter(({ value }) => value.trim());
const chosen = (check) => check.dataset.answered ?? (read(check).length ? "read" : check.querySelector(".seg input:checked")?.value ?? "");

// What stands in a cell of a rubric's own list: cases at so much each, points picked case by case, or points given.
function cost({ value, dataset: { each, picked, given, most = Infinity } }) {
  if (given) return Math.round((given - value) * 100);
  if (each) return Math.round(each * 100) * Math.min(most, Math.floor(value) || 0);
  if (picked === undefined) return 0;
  const points = value.split(/[、,，;；\s]+/).map((one) => Math.round(one * 100) || 0).sort((a, b) => b - a);
  return points.slice(0, most).reduce((sum, one) => sum + one, 0);
}

// Hundredths, so that 0.5 and 0.1 add up exactly.
function deducted(check) {
  if (chosen(check) === "read") {
    return Math.max(0, Math.min(Math.round(check.dataset.cap * 100), read(check).reduce((sum, one) => sum + cost(one), 0)));
  }
  if (!/^(fail|deduct)$/.test(chosen(check))) return 0;
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
  const tell = (place, words) => { if (place) place.textContent = words; };
  tell(document.querySelector("[data-deducted]"), written(checks.reduce((sum, one) => sum + deducted(one), 0)));
  for (const check of checks) tell(check.querySelector("[data-deducted-here]"), `扣 ${written(deducted(check))} 分`);
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

// The place, only when he taps for it: one reading, never a track.
for (const check of checks) {
  const kept = check.querySelector("input[type=hidden][name$='-position']");
  if (!kept || !navigator.geolocation || !isSecureContext) continue;
  const tell = () => (kept.value ? "位置已记下，点此重记" : "记下位置");
  const button = Object.assign(document.createElement("button"), { type: "button", className: "btn small", textContent: tell() });
  button.addEventListener("click", () => navigator.geolocation.getCurrentPosition(({ coords }) => {
    kept.value = `${coords.latitude.toFixed(6)},${coords.longitude.toFixed(6)},wgs84`;
    button.textContent = tell();
    kept.dispatchEvent(new Event("input", { bubbles: true }));
  }, () => { button.textContent = "没能取得位置，可以手写"; }, { enableHighAccuracy: true, timeout: 15_000 }));
  kept.before(button);
}

// Shops and units by name or by the first letters of their pinyin, as one types.
const { search, place, photos: photosModule, about, to, title } = form.dataset;
let asking;
if (search) {
  form.addEventListener("input", ({ target }) => {
    if (!target.name.endsWith("-responsible")) return;
    clearTimeout(asking);
    asking = setTimeout(() => suggest(target.value.trim()), 250);
  });
}

async function suggest(words) {
  if (!words) return;
  const answer = await fetch(`${search}?${new URLSearchParams({ q: words, community: place })}`).catch(() => null);
  if (!answer?.ok) return;
  const list = document.getElementById("responsible");
  const known = new Set([...list.options].map((one) => one.value));
  for (const { label } of (await answer.json()).results) {
    if (!known.has(label)) list.append(Object.assign(document.createElement("option"), { value: label }));
  }
}

const queue = window.indexedDB && await import(document.querySelector("script[data-account]").src);
const conflict = document.querySelector(".conflict");
const tab = queue?.newUuid();
let uuid = null;
let base = form.dataset.base;
let photos = [];

const fieldsNow = () => [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !/^(csrfmiddlewaretoken|act)$/.test(name));

// Another tab that holds the record keeps it; what may be with the server already is followed, never rewritten.
async function keep(state, act) {
  const fields = [...fieldsNow(), ["act", act]];
  const url = location.pathname;
  const given = { account: queue.account, tab, about, to, title, url, base, fields, photos, state, said: new Date().toISOString() };
  const kept = await queue.change(uuid ?? queue.newUuid(), (held) => {
    const isNew = !held || held.tab !== tab;
    const follows = isNew ? (uuid && !held ? [uuid] : []) : [...held.after, ...(held.tried ? [held.uuid] : [])];
    const after = [...new Set([...(held?.after ?? []), ...follows])];
    const next = { at: Date.now(), ...given, after, uuid: isNew || held.tried ? queue.newUuid() : held.uuid };
    next.photos = photos.map((one) => ({ ...one, ...held?.photos.find((other) => other.uuid === one.uuid && (other.sent || other.refused)) }));
    return isNew || !held.at ? next : { ...next, at: held.at };
  });
  ({ uuid, photos } = kept);
}

let saving = Promise.resolve();
let pending = "";
let soon;
const later = () => { pending = ""; clearTimeout(soon); soon = setTimeout(() => { saving = saving.then(() => keep("draft", "draft")); }, 600); };

function note(words, tone, ...more) {
  const box = document.getElementById("kept-here");
  const text = Object.assign(document.createElement("p"), { textContent: words });
  box.className = `note ${tone}`;
  box.hidden = false;
  box.replaceChildren(text, ...more);
}

function act(words, done) {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "btn small", textContent: words });
  button.addEventListener("click", done);
  return button;
}

function draw(photo) {
  const figure = document.createElement("figure");
  const image = Object.assign(document.createElement("img"), { src: URL.createObjectURL(photo.blob), alt: `照片 ${photo.name}`, width: 76, height: 76 });
  const drop = act("移除", () => {
    const sent = photos.find((one) => one.uuid === photo.uuid)?.sent;
    photos = photos.filter((one) => one.uuid !== photo.uuid);
    if (sent) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: `${photo.item}-remove`, value: sent }));
    figure.remove();
    later();
  });
  drop.className = "link";
  figure.append(image, drop);
  form.querySelector(`#${photo.item} .shots`).prepend(figure);
}

async function take(input) {
  const { shrink } = await import(photosModule);
  const item = input.name.slice(0, -"-photos".length);
  const files = [...input.files];
  input.value = "";
  for (const file of files) {
    const photo = { uuid: queue.newUuid(), item, name: file.name, blob: await shrink(file) };
    photos = [...photos, photo];
    draw(photo);
  }
  pending = "";
  input.closest(".add").querySelector("[data-add]").textContent = "＋ 照片";
  await (saving = saving.then(() => keep("draft", "draft")));
}

async function submit(event) {
  event.preventDefault();
  event.stopPropagation();
  const question = event.submitter?.dataset.confirm;
  if (question && !confirm(question)) return;
  clearTimeout(soon);
  const wanted = event.submitter?.value ?? "draft";
  if (pending === wanted) { queue.sendNow(); return; }
  pending = wanted;
  await taking;
  await saving;
  try {
    await keep("waiting", wanted);
  } catch {
    form.submit(); // nothing can be kept here: sent as any other form
    return;
  }
  note(navigator.onLine ? "已存在手机上，正在上传……" : "没有信号：已存在手机上，联网后自动上传。", "");
  navigator.storage?.persist?.();
  queue.sendNow();
}

function showWrong(items) {
  document.querySelector(".errors[data-focus]")?.remove();
  const box = Object.assign(document.createElement("div"), { className: "errors", tabIndex: -1 });
  box.dataset.focus = "";
  box.setAttribute("role", "alert");
  const list = document.createElement("ul");
  for (const { item, label, message } of items) {
    const line = document.createElement("li");
    line.append(Object.assign(document.createElement("a"), { href: `#${item}`, textContent: label }), `：${message}`);
    list.append(line);
  }
  box.append(Object.assign(document.createElement("h2"), { textContent: `还有 ${items.length} 项需要补` }), list);
  form.before(box);
  box.focus();
}

function restore(record) {
  ({ uuid, base, photos } = record);
  for (const input of form.querySelectorAll("input[type=radio]")) input.checked = false;
  for (const [name, value] of record.fields) {
    const field = form.elements[name];
    if (!field || name === "act") continue;
    if (field.type === "checkbox") field.checked = true; else field.value = value;
  }
  const held = new Set([...form.querySelectorAll(".shots input[type=checkbox]")].map((one) => one.value));
  photos = photos.filter((photo) => !held.has(photo.sent));
  photos.forEach(draw);
  show();
  tellKept(record);
}

function tellKept({ state, reason, code, items, said }) {
  const drop = act("放弃手机上的", async () => { await queue.change(uuid, () => null); location.reload(); });
  const at = new Date(said).toLocaleString("zh-CN", { dateStyle: "short", timeStyle: "short" });
  if (items?.length) showWrong(items);
  if (code === "changed") return note(reason, "warn", act("核对并保存", () => form.submit()), drop);
  if (state === "refused") return note(`被退回：${reason}`, "bad", drop);
  if (state === "waiting") return note("已提交，等待上传；再改动须重新提交。", "", drop);
  if (state === "unsigned") return note("请重新登录后自动上传。", "warn", drop);
  return note(`已恢复 ${at} 存在手机上的内容，还没有提交。`, "", drop);
}

let taking = Promise.resolve();

async function begin() {
  const held = (await queue.mine()).filter((one) => queue.aboutOf(one) === about && one.state !== "partly");
  const record = held.at(-1);
  if (record) await queue.change(record.uuid, (one) => one && { ...one, tab });
  if (record && !conflict && !form.querySelector(".check.wrong")) restore(record);
  else if (record) { ({ uuid } = record); photos = record.photos.filter((photo) => !photo.sent); photos.forEach(draw); }
  else if ("today" in form.dataset && !navigator.onLine) form.elements.visited_on.value = new Date().toLocaleDateString("sv");
  form.addEventListener("submit", submit);
  form.addEventListener("input", ({ target }) => { if (target.type === "file") taking = taking.then(() => take(target)); else later(); });
  conflict?.ownerDocument.querySelector(".dock a")?.addEventListener("click", () => { if (uuid) queue.change(uuid, () => null); });
  performance.mark("usable");
  form.dataset.ready = "";
}

document.addEventListener("queue:taken", ({ detail }) => { if (!detail.lost && detail.record === uuid) location.assign(detail.url); });
document.addEventListener("queue:refused", async ({ detail }) => {
  pending = "";
  const record = (await queue.mine()).find((one) => one.uuid === uuid && one.uuid === detail.record);
  if (record) tellKept(record);
});

// This page, kept for the day without signal; of the other pages to fill in (`data-also`) those that are not kept yet.
async function shelve() {
  await navigator.serviceWorker.register(form.dataset.worker, { scope: form.dataset.scope });
  const shelf = await caches.open(queue.SHELF);
  const parts = [...document.querySelectorAll("script[src], link[rel=stylesheet], link[rel=icon], .standard img")];
  const addresses = parts.map((one) => one.src ?? one.href);
  await Promise.allSettled([location.pathname, ...addresses].map((one) => shelf.add(one)));
  for (const one of form.dataset.also?.split(" ") ?? []) if (!await shelf.match(one)) await shelf.add(one);
}

// On a new phone: what was saved to a file on the old one.
async function offerFile() {
  const { load } = await import(document.querySelector("script[data-panel]").dataset.panel);
  form.querySelector("p.sect").append(" ", act("从文件读回", () => load(queue.queue)));
}

if (queue) {
  offerFile().catch(() => {});
  await begin().catch(() => {}); // no room, or none allowed: the form is sent as any other
  if (navigator.serviceWorker && navigator.onLine && !conflict) shelve().catch(() => {});
}
