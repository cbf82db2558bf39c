// The self-checks and sheets that wait on this phone, and the file that rescues them.

const WORDS = { draft: "还没有提交，只存在这台手机上", waiting: "待传", unsigned: "请重新登录后自动上传" };

function element(name, text = "", given = {}) {
  return Object.assign(document.createElement(name), { textContent: text, ...given });
}

function age(at) {
  const minutes = Math.max(0, Math.round((Date.now() - at) / 60_000));
  if (minutes < 60) return `${minutes} 分钟前`;
  return minutes < 2880 ? `${Math.floor(minutes / 60)} 小时前` : `${Math.floor(minutes / 1440)} 天前`;
}

function said(record) {
  const left = record.photos.filter((photo) => !photo.sent).length;
  const states = { ...WORDS, refused: `被退回：${record.reason}`, partly: `已上传，但有照片没有收：${record.reason}` };
  return `${states[record.state]}${left && record.state !== "partly" ? `（${left} 张照片未传）` : ""}`;
}

function line(record, queue) {
  const row = element("li");
  const open = element("a", "打开", { href: record.url });
  const drop = element("button", "删除", { type: "button", className: "link" });
  drop.addEventListener("click", () => {
    if (confirm(`删除手机上的“${record.title}”？没有上传的内容就没有了。`)) queue.change(record.uuid, () => null);
  });
  row.append(element("b", record.title), ` ${said(record)} `, open, " ", drop);
  return row;
}

function button(text, act, style = "btn small") {
  const made = element("button", text, { type: "button", className: style });
  made.addEventListener("click", act);
  return made;
}

// `rows` are what is kept for this account, `queue` is what queue.js offers.
export function draw(panel, rows, queue) {
  const { SENDABLE, sendNow } = queue;
  const waiting = rows.filter((one) => SENDABLE.includes(one.state));
  const oldest = rows.length ? `，最早的存于 ${age(rows[0].at)}` : "";
  panel.hidden = false;
  const list = element("ul");
  list.append(...rows.map((record) => line(record, queue)));
  const acts = element("p", "", { className: "actions" });
  if (waiting.length) acts.append(button("立即上传", sendNow), " ");
  if (rows.length) acts.append(button("导出到文件", () => save(rows)), " ");
  acts.append(button("从文件读回", () => load(queue)));
  panel.replaceChildren(element("p", `待传 ${waiting.length} 份${oldest}`, { className: "strong" }), list, acts);
}

const asText = (blob) => new Promise((give) => {
  const reader = new FileReader();
  reader.onload = () => give(reader.result);
  reader.readAsDataURL(blob);
});

async function save(rows) {
  const records = await Promise.all(rows.map(async (record) => ({
    ...record,
    photos: await Promise.all(record.photos.map(async (photo) => ({ ...photo, blob: await asText(photo.blob) }))),
  })));
  const file = new Blob([JSON.stringify({ kind: "gongjian-queue", version: 1, records })], { type: "application/json" });
  const link = element("a", "", { href: URL.createObjectURL(file), download: `填报-${new Date().toISOString().slice(0, 10)}.json` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

function blobOf(text) {
  const [head, body] = text.split(",");
  return new Blob([Uint8Array.from(atob(body), (one) => one.charCodeAt(0))], { type: head.match(/^data:([^;]*)/)[1] });
}

export function load({ account, change, sendNow }) {
  const chosen = element("input", "", { type: "file", accept: ".json,application/json" });
  chosen.addEventListener("change", async () => {
    try {
      const { kind, records } = JSON.parse(await chosen.files[0].text());
      if (kind !== "gongjian-queue") throw new TypeError();
      const own = records.filter((one) => one.account === account);
      for (const record of own) {
        const photos = record.photos.map((photo) => ({ ...photo, blob: blobOf(photo.blob) }));
        await change(record.uuid, (held) => (held ? undefined : { ...record, photos }));
      }
      alert(own.length ? `读回了 ${own.length} 份。` : "文件里没有您这个账号的内容：请用当时的账号登录后再读。");
      sendNow();
    } catch {
      alert("这个文件读不了：请选从这里导出的文件。");
    }
  });
  chosen.click();
}

