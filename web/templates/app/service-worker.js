// Keeps the page and its files, so that it opens with no network. Nothing else passes through here: what the page
// fetches itself (the bundle, credentials) it keeps itself.
const KEEP = 'ikd{{ app.path }}@{{ version }}';
const PAGE = '{{ app.path }}';
const FILES = {{ files }};

self.addEventListener('install', (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(KEEP);
    // Past the browser's own cache, so that a page of an older version is never kept with newer files.
    await cache.addAll(FILES.map((url) => new Request(url, { cache: 'reload', credentials: 'same-origin' })));
    await self.skipWaiting();
  })());
});

self.addEventListener('activate', (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith(`ikd${PAGE}@`) && name !== KEEP) await caches.delete(name);
    }
    await self.clients.claim();
  })());
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  const wanted = request.mode === 'navigate' && url.pathname === PAGE ? PAGE : url.pathname;
  if (!FILES.includes(wanted)) return;
  event.respondWith((async () => {
    const kept = await (await caches.open(KEEP)).match(wanted);
    return kept ?? fetch(request);
  })());
});
