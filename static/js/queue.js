// What this phone keeps until the server has it: one record a self-check or sheet, words and photos together.
// Sent one by one under uuids of our own, deleted here only when the server says so (docs/frontend.md, Offline).

const here = document.querySelector("script[data-account]");
export const { account } = here.dataset;
export const SENDABLE = ["waiting", "unsigned"];

export const newUuid = () => crypto.randomUUID?.() ?? "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (one) =>
  (one ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (one / 4)))).toString(16));

let opening;
function base() {
  opening ??= new Promise((give, fail) => {
    const asked = indexedDB.open("gongjian", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("records", { keyPath: "uuid" });
    asked.onerror = () => { opening = null; fail(asked.error); };
    asked.onsuccess = () => {
      asked.result.onclose = asked.result.onversionchange = () => { asked.result.close(); opening = null; };
      give(asked.result);
    };
  });
  return opening;
}

async function within(mode, work) {
  const records = (await base()).transaction("records", mode, { durability: "strict" });
  return new Promise((give, fail) => {
    let found;
    records.oncomplete = () => give(found);
    records.onabort = () => fail(records.error);
    work(records.objectStore("records"), (one) => { found = one; });
  });
}

const everything = () => within("readonly", (rows, give) => { rows.getAll().onsuccess = (e) => give(e.target.result); });
const isMine = (one) => one.account === account;
const byAge = (one, other) => one.at - other.at;
export const mine = async () => (await everything()).filter(isMine).sort(byAge);

// `edit(record or undefined)` gives the record to keep, null to delete it, or undefined to leave it; one transaction.
// A tab that gives its record a new uuid takes the old one away, never that of another tab.
export async function change(uuid, edit) {
  const kept = await within("readwrite", (rows, give) => {
    rows.get(uuid).onsuccess = (event) => {
      const held = event.target.result;
      const next = edit(held);
      if (next === null || (next && next.uuid !== uuid && next.tab === held?.tab)) rows.delete(uuid);
      if (next) rows.put(next);
      give(next);
    };
  });
  await show();
  return kept;
}

const cookie = () => document.cookie.match(/(?:^|; )(?:__Host-)?csrftoken=([^;]+)/)?.[1] ?? "";

// Gives up after 8 seconds, later for a photo on a slow line. Only an answer that names our uuid is the server's own.
async function put(url, uuid, body, type) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), 8000 + (body.size ?? 0) / 20);
  const headers = { "X-CSRFToken": cookie(), "X-Account": account, "Content-Type": type };
  headers["X-Phone-Clock"] = new Date().toISOString();
  try {
    const answer = await fetch(url, { method: "PUT", body, headers, redirect: "error", signal: stop.signal });
    const said = await answer.json();
    return { ...said, status: answer.status, ok: answer.ok && said.uuid === uuid };
  } finally {
    clearTimeout(timer);
  }
}

// What a record is about, as the address says it; records kept by an earlier version name community and month.
export const aboutOf = ({ about, community, month }) => about ?? `community=${community}&month=${month}`;
const isLater = ({ status, ok }) => !ok && (status < 400 || status >= 500 || status === 429 || status === 408);
const marked = (list, one, more) => list.map((photo) => (photo.uuid === one.uuid ? { ...photo, ...more } : photo));
let wait = 500;

async function sendPhoto(record, photo) {
  const address = `/queue/photos/${photo.uuid}/?${aboutOf(record)}&item=${photo.item}`;
  const answer = await put(address, photo.uuid, photo.blob, photo.blob.type || "application/octet-stream");
  if (isLater(answer)) throw new Error("later");
  if (!answer.ok && ![413, 422].includes(answer.status)) return settle(record, answer);
  wait = 500;
  const more = answer.ok ? { sent: answer.kept } : { refused: answer.message };
  return change(record.uuid, (held) => held && { ...held, photos: marked(held.photos, photo, more) });
}

async function sendReport(uuid) {
  const record = await change(uuid, (held) => (SENDABLE.includes(held?.state) ? { ...held, tried: true } : undefined));
  if (!record) return;
  const body = new URLSearchParams(record.fields);
  Object.entries({ said_at: record.said, base: record.base }).forEach(([name, value]) => body.append(name, value));
  record.after.forEach((one) => body.append("after", one));
  const address = `${record.to ?? "/queue/self-checks/"}${uuid}/?${aboutOf(record)}`;
  const answer = await put(address, uuid, body.toString(), "application/x-www-form-urlencoded");
  if (isLater(answer)) throw new Error("later");
  if (!answer.ok) { await settle(record, answer); return; }
  wait = 500;
  const lost = record.photos.filter((photo) => photo.refused);
  const reason = lost.map((photo) => `${photo.name}：${photo.refused}`).join("；");
  await change(uuid, (held) => held && (lost.length ? { ...held, state: "partly", reason } : null));
  document.dispatchEvent(new CustomEvent("queue:taken", { detail: { ...answer, record: uuid, lost: lost.length } }));
}

async function settle(record, answer) {
  const state = answer.status === 401 ? "unsigned" : "refused";
  const { message: reason, code = "", items = [] } = answer;
  await change(record.uuid, (held) => held && { ...held, state, reason, code, items });
  document.dispatchEvent(new CustomEvent("queue:refused", { detail: { ...answer, state, record: record.uuid } }));
  return false;
}

async function sendOne(uuid) {
  for (;;) {
    const record = (await mine()).find((one) => one.uuid === uuid);
    if (!SENDABLE.includes(record?.state)) return;
    const photo = record.photos.find((one) => !one.sent && !one.refused);
    if (!photo) break;
    if (!await sendPhoto(record, photo)) return;
  }
  await sendReport(uuid);
}

// Reads anew after each one: what another tab adds meanwhile is not left behind.
async function pass() {
  const tried = new Set();
  let later = false;
  for (;;) {
    const next = (await mine()).find((one) => SENDABLE.includes(one.state) && !tried.has(one.uuid));
    if (!next) return later;
    tried.add(next.uuid);
    await sendOne(next.uuid).catch(() => { later = true; });
  }
}

let running = false;
let again = false;
let timer;

// One tab sends at a time where the browser has locks; where it has none, the uuids make it harmless.
export async function send() {
  if (running) { again = true; return; }
  running = true;
  clearTimeout(timer);
  let later = false;
  try {
    do {
      again = false;
      later = await (navigator.locks ? navigator.locks.request("gongjian-queue", pass) : pass());
    } while (again);
  } finally {
    running = false;
  }
  if (!later) return;
  timer = setTimeout(send, wait);
  wait = Math.min(wait * 2, 60_000);
}

export const sendNow = () => { wait = 500; return send(); };

async function show() {
  const all = await everything();
  guardSignOut(all.length);
  const place = document.getElementById("queue");
  const rows = all.filter(isMine).sort(byAge);
  if (place && (rows.length || !place.hidden)) (await import(here.dataset.panel)).draw(place, rows, queue);
}

// What waits outlives signing out; the pages kept for offline use do not.
function guardSignOut(count) {
  const form = document.querySelector("form[data-sign-out]");
  if (!form) return;
  form.querySelector("[name=keep]")?.remove();
  delete form.dataset.confirm;
  if (!count) return;
  form.dataset.confirm = `这台手机上还有 ${count} 份填报没有上传。退出后仍存在手机上，原来的账号重新登录后才会上传。确定退出？`;
  form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "keep", value: "queue" }));
}

export const queue = { account, change, mine, sendNow, SENDABLE };
export const SHELF = `gongjian-${account}`;
async function clearShelves(keeps) {
  for (const name of await globalThis.caches?.keys() ?? []) if (name !== keeps) await caches.delete(name);
}
document.addEventListener("submit", (event) => { if ("signOut" in event.target.dataset) clearShelves(); });

addEventListener("online", sendNow);
addEventListener("focus", sendNow);
document.addEventListener("visibilitychange", () => { if (!document.hidden) sendNow(); });
clearShelves(SHELF);
show().catch(() => {});
send().catch(() => {});
