// Keeps the page up to date: the server tells when figures have changed, and the page is read again. Without
// this script it is a page to reload by hand.
const LEAST_PAUSE = 1000;
const LOST_AFTER = 4000;
const pause = document.getElementById("pause");
const lost = document.getElementById("lost");
let paused = false;
let stale = false;
let reading = false;

pause.hidden = false;
pause.addEventListener("click", () => {
  paused = !paused;
  pause.setAttribute("aria-pressed", String(paused));
  refresh();
});
document.addEventListener("visibilitychange", refresh);

let source = listen();
addEventListener("pagehide", () => source.close());
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) source = listen();
});

function listen() {
  const events = new EventSource("/live");
  events.addEventListener("change", () => {
    stale = true;
    refresh();
  });
  events.addEventListener("same", ({ data }) => {
    if (!paused && !stale) document.getElementById("as-of").textContent = data;
  });
  let doubt;
  events.addEventListener("open", () => {
    clearTimeout(doubt);
    doubt = undefined;
    lost.hidden = true;
  });
  // A stream ends now and then, and the next one is opened at once.
  events.addEventListener("error", () => {
    doubt ??= setTimeout(() => lost.hidden = false, LOST_AFTER);
  });
  return events;
}

async function refresh() {
  if (!stale || paused || reading || document.hidden) return;
  stale = false;
  reading = true;
  try {
    const response = await fetch(location.href, { cache: "no-store" });
    // A session that has ended leads to the login.
    if (response.redirected) location.reload();
    else if (response.ok) show(await response.text());
  } catch {
    // The server is away; the time of the figures shows how old they are.
  }
  setTimeout(() => {
    reading = false;
    refresh();
  }, LEAST_PAUSE);
}

function show(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  for (const id of ["as-of", "live"]) {
    const now = document.getElementById(id);
    const next = fresh.getElementById(id);
    if (now === null || next === null || now.innerHTML === next.innerHTML) continue;
    // Whoever is reading or selecting in there must not lose the place.
    if (now.contains(document.activeElement) || hasSelection(now)) continue;
    now.replaceWith(next);
  }
}

function hasSelection(element) {
  const selection = getSelection();
  return selection !== null && !selection.isCollapsed && element.contains(selection.anchorNode);
}
