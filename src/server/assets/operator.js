// Keeps the page up to date by reading it again; without this script it is a page to reload by hand.
const EVERY = 2000;
const pause = document.getElementById("pause");
let paused = false;

pause.hidden = false;
pause.addEventListener("click", () => {
  paused = !paused;
  pause.setAttribute("aria-pressed", String(paused));
});

async function refresh() {
  if (!paused && !document.hidden) {
    try {
      const response = await fetch(location.href, { cache: "no-store" });
      if (response.ok) show(await response.text());
    } catch {
      // The server is away; the time of the figures shows how old they are.
    }
  }
  setTimeout(refresh, EVERY);
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

setTimeout(refresh, EVERY);
