/** Runs before the page is drawn: the chosen colours, so that nothing flashes, and the mark that scripts run. */
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("js");
  try {
    const chosen = localStorage.getItem("catalog.scheme");
    if (chosen === "light" || chosen === "dark") root.dataset.scheme = chosen;
  } catch {
    // Pages opened from a folder may have no storage; the system's colours are taken then.
  }
})();
