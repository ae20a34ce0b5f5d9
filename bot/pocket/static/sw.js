"use strict";
// The page itself stays on the phone, so that it opens without a net. Tickets never come this way: pocket.js keeps them.
const SHELF = "linli-pocket";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin || !/^\/pocket(\/|$)/.test(url.pathname)) return;
  event.respondWith(fresh(event.request));
});

async function fresh(request) {
  const shelf = await caches.open(SHELF);
  try {
    const answer = await fetch(request);
    if (answer.ok) await shelf.put(request, answer.clone());
    return answer;
  } catch (failure) {
    const kept = await shelf.match(request, { ignoreSearch: true });
    if (kept) return kept;
    throw failure;
  }
}
