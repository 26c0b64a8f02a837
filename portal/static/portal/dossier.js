/* One dossier by keyboard: ] and [ go from section to section, n and p to the next and the previous dossier of the list.
   Looks at a file within the dossier's own page: links marked data-view are fetched, and their viewer is put in place.
   Without this file every one of them is an ordinary page. */
"use strict";
(() => {
  const place = () => document.querySelector("[data-viewer-place]") || document.querySelector("[data-viewer]");

  const show = async (address, move) => {
    const here = place();
    if (!here) { location.assign(address); return; }
    here.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(address, { credentials: "same-origin" });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      const found = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-viewer]");
      if (!found) throw new Error("no viewer");
      if (here.matches("[data-viewer-place]")) { here.replaceChildren(found); here.hidden = false; } else here.replaceWith(found);
      if (move) { here.scrollIntoView({ block: "start" }); found.querySelector("a")?.focus(); }
    } catch {
      location.assign(address);
    } finally {
      here.removeAttribute("aria-busy");
    }
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-view]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    show(link.href, !link.closest("[data-viewer]"));
  });
  const typing = (element) => element.closest("input:not([type=checkbox]):not([type=radio]),textarea,select,[contenteditable],dialog");
  const section = (by) => {
    const all = [...document.querySelectorAll("[data-section]")];
    /* From the section that has the focus; else from the one that is read. A section stops below the bar above it. */
    const held = all.findIndex((one) => one.contains(document.activeElement));
    const at = all.findIndex((one) => one.getBoundingClientRect().top > 8);
    const here = held >= 0 ? held : (at < 0 ? all.length : at) - 1;
    const found = all[Math.min(Math.max(here + by, 0), all.length - 1)];
    if (!found) return;
    found.scrollIntoView({ block: "start" });
    const head = found.querySelector("h2");
    if (head) { head.tabIndex = -1; head.focus({ preventScroll: true }); }
  };
  const follow = (rel) => { const link = document.querySelector(`a[rel=${rel}]`); if (link) location.assign(link.href); };
  const keys = { "]": () => section(1), "[": () => section(-1), n: () => follow("next"), p: () => follow("prev") };

  document.addEventListener("keydown", (event) => {
    if (localStorage.getItem("keys") !== "off" && !event.ctrlKey && !event.metaKey && !event.altKey && event.key in keys && !typing(event.target)) {
      event.preventDefault();
      keys[event.key]();
      return;
    }
    const here = document.querySelector("[data-viewer-place]");
    if (event.key === "Escape" && here && !here.hidden) { here.hidden = true; here.replaceChildren(); }
  });
})();
