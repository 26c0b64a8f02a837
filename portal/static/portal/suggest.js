/* A search box that suggests while one types: <input data-suggest="address">, the pattern of a combobox with a list.
   Every page works without this file; what is chosen opens, what is typed is sent as before. */
"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const byId = (id) => document.getElementById(id);
  const say = (words) => { const live = byId("live"); if (live) live.textContent = words; };
  let asking;
  let waiting;
  const listOf = (box) => byId(`${box.id}-list`);
  const close = (box) => { listOf(box)?.remove(); box.setAttribute("aria-expanded", "false"); box.removeAttribute("aria-activedescendant"); };
  const point = (box, at) => {
    const rows = all("li", listOf(box));
    const place = (at + rows.length) % rows.length;
    rows.forEach((row, n) => row.setAttribute("aria-selected", n === place));
    box.setAttribute("aria-activedescendant", rows[place].id);
  };
  const offer = (box, found) => {
    close(box);
    say(found.length ? box.dataset.counted.replace("{n}", found.length) : box.dataset.none);
    if (!found.length) return;
    const list = Object.assign(document.createElement("ul"), { id: `${box.id}-list`, className: "suggest" });
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", box.dataset.title);
    list.append(...found.map(([code, name], n) => {
      const row = Object.assign(document.createElement("li"), { id: `${box.id}-${n}`, textContent: name });
      row.setAttribute("role", "option");
      row.dataset.href = `${box.dataset.open}${encodeURIComponent(code)}/`;
      return row;
    }));
    box.after(list);
    box.setAttribute("aria-expanded", "true");
  };
  const suggest = async (box) => {
    asking?.abort();
    asking = new AbortController();
    try { offer(box, await (await fetch(`${box.dataset.suggest}?q=${encodeURIComponent(box.value.trim())}`, { signal: asking.signal })).json()); } catch { /* the form works without */ }
  };
  const typed = (box) => {
    clearTimeout(waiting);
    asking?.abort();
    if (box.value.trim().length < 2) close(box); else waiting = setTimeout(() => suggest(box), 150);
  };
  document.addEventListener("input", (event) => { if (event.target.dataset?.suggest) typed(event.target); });
  document.addEventListener("focusin", (event) => {
    const box = event.target.closest?.("[data-suggest]");
    for (const other of all("[data-suggest]")) if (other !== box) close(other);
    if (!box || box.getAttribute("role")) return;
    for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": `${box.id}-list` })) box.setAttribute(name, value);
  });
  document.addEventListener("keydown", (event) => {
    const box = event.target.closest?.("[data-suggest]");
    const list = box && listOf(box);
    if (!list) return;
    const rows = all("li", list);
    const at = rows.findIndex((row) => row.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); point(box, event.key === "ArrowDown" ? at + 1 : at < 0 ? -1 : at - 1); }
    if (event.key === "Escape") { event.preventDefault(); close(box); }
    if (event.key === "Enter" && at >= 0) { event.preventDefault(); location.href = rows[at].dataset.href; }
  });
  /* Before the box loses the focus. */
  document.addEventListener("mousedown", (event) => { const row = event.target.closest(".suggest li"); if (row) { event.preventDefault(); location.href = row.dataset.href; } });
})();
