/* Lists by keyboard: j and k move, o and Enter open, x marks, / searches, ? tells all keys. Off while one types; a button beside the list
   (parts/keys.html) switches them off for good, since single keys disturb those who speak to their machine. */
"use strict";
(() => {
  const rows = () => [...document.querySelectorAll("[data-rows] > tr, [data-rows] > li")];
  const link = (row) => row.querySelector("a[href]");
  const typing = (element) => element.closest("input:not([type=checkbox]),textarea,select,[contenteditable],dialog");

  const step = (by) => {
    const list = rows();
    if (!list.length) return;
    const here = list.findIndex((row) => row.contains(document.activeElement));
    const next = list[Math.min(Math.max(here + by, 0), list.length - 1)];
    link(next)?.focus();
    next.scrollIntoView({ block: "nearest" });
  };

  const tell = () => {
    const boxes = rows().map((row) => row.querySelector("input[type=checkbox]")).filter(Boolean);
    const chosen = boxes.filter((box) => box.checked).length;
    for (const box of boxes) box.closest("tr,li").setAttribute("data-chosen", box.checked ? "yes" : "no");
    for (const place of document.querySelectorAll("[data-chosen-count]")) place.textContent = chosen;
    /* Nothing is chosen: what can be done with it covers no row. */
    for (const bar of document.querySelectorAll(".selection")) bar.toggleAttribute("data-idle", !chosen);
    for (const whole of document.querySelectorAll("input[data-choose-all]")) {
      whole.checked = chosen > 0 && chosen === boxes.length;
      whole.indeterminate = chosen > 0 && chosen < boxes.length;
    }
  };

  const keys = {
    j: () => step(1),
    k: () => step(-1),
    "/": () => document.querySelector("[data-search]")?.focus(),
    o: () => { const row = rows().find((one) => one.contains(document.activeElement)); if (row) link(row)?.click(); },
    "?": () => { const help = document.querySelector("a[data-keys-help]"); if (help) location.assign(help.href); },
    x: () => rows().find((row) => row.contains(document.activeElement))?.querySelector("input[type=checkbox]")?.click(),
  };

  const off = () => localStorage.getItem("keys") === "off";
  const switches = () => { for (const button of document.querySelectorAll("[data-keys]")) button.setAttribute("aria-pressed", String(!off())); };

  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-keys]")) return;
    localStorage.setItem("keys", off() ? "on" : "off");
    switches();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && event.target.matches("[data-search]")) { event.target.blur(); return; }
    if (off() || event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || !(event.key in keys)) return;
    event.preventDefault();
    keys[event.key]();
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("input[data-choose-all]")) {
      for (const row of rows()) { const box = row.querySelector("input[type=checkbox]"); if (box) box.checked = event.target.checked; }
    }
    tell();
  });

  // A job in the background: its page says every two seconds how far it is, until nothing waits any more.
  const follow = async () => {
    const place = document.querySelector("[data-progress]");
    if (!place || place.dataset.progress === "0") return;
    const answer = await fetch(location.href).catch(() => null);
    if (answer?.ok) {
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-progress]");
      if (fresh) place.replaceWith(fresh);
    }
    setTimeout(follow, 2000);
  };
  setTimeout(follow, 1500);
  tell();
  switches();
})();
