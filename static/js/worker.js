// Opens the self-check and the assessor's sheets without signal: pages and their parts come from the network first, else as they were kept.
// It only ever reads (GET), keeps nothing by itself and answers nothing in the server's name.

const PATIENCE = 4000;
const ours = ({ method, mode, url }) => method === "GET" && url.startsWith(self.location.origin)
  && (mode === "navigate" ? /\/(self-checks\/\d+\/fill|sheets(\/\d+)?)\/$/.test(new URL(url).pathname) : true);

async function answer(request) {
  const kept = await caches.match(request, { ignoreVary: true });
  const asked = fetch(request);
  if (!kept) return asked;
  const late = new Promise((give) => setTimeout(give, PATIENCE, kept));
  return Promise.race([asked, late]).catch(() => kept);
}

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => { if (ours(event.request)) event.respondWith(answer(event.request)); });
