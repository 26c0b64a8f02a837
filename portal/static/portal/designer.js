/* The designer of forms: lines that are moved by pointer or keyboard, pages that redraw themselves while one chooses.
   Every one of these is also a submit button; without this file nothing is missing. */
"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const live = () => document.getElementById("live");
  const say = (words) => { if (live()) live().textContent = words; };

  /* ---- moving: lift with the space bar, move with the arrows, put down with the space bar, Escape puts back ---- */
  let lifted = null;

  const isField = (item) => Boolean(item.parentElement?.dataset.fields);
  const lists = (item) => (isField(item) ? all("[data-fields]") : all("[data-sections]"));
  const items = (list) => all(":scope > [data-item]", list);
  const place = (item) => ({ list: item.parentElement, next: item.nextElementSibling });
  const told = (pattern, item) => {
    const form = item.closest("[data-arrange]");
    const list = items(item.parentElement);
    const name = item.parentElement.closest("[data-item]")?.dataset.name || document.querySelector("h1").textContent.trim();
    const words = { name: item.dataset.name, n: list.indexOf(item) + 1, all: list.length, list: name };
    say(form.dataset[pattern].replace(/{(\w+)}/g, (_whole, key) => words[key]));
  };

  const lift = (item, by) => {
    lifted = { item, by, from: place(item) };
    item.classList.add("lifted");
    if (by === "keys") told("lifted", item);
  };

  const lower = (item) => { item.classList.remove("lifted"); lifted = null; };

  const back = () => {
    const { item, from } = lifted;
    from.list.insertBefore(item, from.next);
    lower(item);
    told("back", item);
    item.querySelector("[data-handle]").focus();
  };

  /* An arrow takes a field over the edge of its section into the next one. */
  const step = (item, by) => {
    const beside = by > 0 ? item.nextElementSibling : item.previousElementSibling;
    if (beside) beside[by > 0 ? "after" : "before"](item);
    else {
      const around = lists(item);
      const next = around[around.indexOf(item.parentElement) + by];
      if (!next) return;
      if (by > 0) next.prepend(item); else next.append(item);
    }
    item.querySelector("[data-handle]").focus();
    item.scrollIntoView({ block: "nearest" });
    told("passing", item);
  };

  const put = async () => {
    const { item, from } = lifted;
    const moved = from.list !== item.parentElement || from.next !== item.nextElementSibling;
    lower(item);
    told("dropped", item);
    if (moved) await keep(item);
  };

  const keep = async (item) => {
    const form = item.closest("[data-arrange]");
    const body = new FormData();
    body.set("csrfmiddlewaretoken", form.querySelector("[name=csrfmiddlewaretoken]").value);
    body.set("move", item.dataset.item);
    body.set("into", item.parentElement.dataset.fields || "");
    body.set("before", item.nextElementSibling?.dataset.item?.split(".").pop() || "");
    try {
      const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Requested-With": "fetch" } });
      if (!answer.ok) throw new Error();
      rename(item, (await answer.json()).at);
    } catch {
      say(form.dataset.failed);
      setTimeout(() => location.reload(), 1500);
    }
  };

  /* In another section a field has another address: its buttons and links follow. */
  const rename = (item, address) => {
    const [old, now] = [item.dataset.item, address];
    if (old === now) return;
    item.id = item.dataset.item = now;
    for (const button of all("button[value]", item)) if (button.value === old) button.value = now;
    const [from, to] = [old, now].map((one) => one.split(".")[2]);
    for (const link of all("a[href]", item)) link.setAttribute("href", link.getAttribute("href").replace(`/bieu-mau/${from}/`, `/bieu-mau/${to}/`));
  };

  document.addEventListener("keydown", (event) => {
    const handle = event.target.closest?.("[data-handle]");
    if (!handle) return;
    const item = handle.closest("[data-item]");
    const held = lifted?.item === item && lifted.by === "keys";
    if (event.key === " " || event.key === "Enter") {
      event.preventDefault();
      if (held) put(); else if (!lifted) lift(item, "keys");
    } else if (held && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      event.preventDefault();
      step(item, event.key === "ArrowDown" ? 1 : -1);
    } else if (held && event.key === "Escape") back();
  });
  document.addEventListener("focusout", (event) => {
    if (lifted?.by === "keys" && event.relatedTarget && !lifted.item.contains(event.relatedTarget)) put();
  });

  const over = (item, y) => {
    for (const list of lists(item)) {
      const box = list.getBoundingClientRect();
      if (y < box.top || y > box.bottom) continue;
      const next = items(list).find((one) => { const b = one.getBoundingClientRect(); return one !== item && y < b.top + b.height / 2; });
      if (next !== item.nextElementSibling || list !== item.parentElement) list.insertBefore(item, next || null);
      return;
    }
  };

  document.addEventListener("pointerdown", (event) => {
    const handle = event.target.closest("[data-handle]");
    if (!handle || event.button || lifted) return;
    const item = handle.closest("[data-item]");
    event.preventDefault();
    lift(item, "pointer");
    /* Heard by the document: a line that is put elsewhere loses a capture of its own. */
    const move = (moving) => {
      over(item, moving.clientY);
      if (moving.clientY < 60) scrollBy(0, -12);
      if (moving.clientY > innerHeight - 60) scrollBy(0, 12);
    };
    const end = (ended) => {
      document.removeEventListener("pointermove", move);
      document.removeEventListener("pointerup", end);
      document.removeEventListener("pointercancel", end);
      if (lifted) { if (ended.type === "pointercancel") back(); else put(); }
    };
    document.addEventListener("pointermove", move);
    document.addEventListener("pointerup", end);
    document.addEventListener("pointercancel", end);
  });

  /* ---- forms that redraw themselves: <form data-live>; what is focused stays focused ---- */
  const redraw = async (form, name, value, by) => {
    const focused = by || document.activeElement?.id;
    const body = new FormData(form);
    body.set(name, value);
    try {
      const answer = await fetch(form.action || location.href, { method: "POST", body });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("form[data-live]");
      if (!answer.ok || !fresh) throw new Error();
      form.replaceWith(fresh);
      begin();
      (document.getElementById(focused) || fresh.querySelector("[data-new]") || fresh.querySelector("[name=row][value$=add]"))?.focus();
    } catch {
      form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
      form.submit();
    }
  };

  document.addEventListener("change", (event) => {
    const box = event.target;
    const form = box.form?.closest("form[data-live]");
    if (form && box.matches("[data-redraw]")) redraw(form, "row", "redraw", box.id);
    if (form && box.matches("[data-retype]")) redraw(form, "retype", "yes", box.id);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const button = event.submitter;
    if (!form.matches("form[data-live]") || button?.name !== "row") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    redraw(form, "row", button.value);
  }, true);

  /* The look beside a field shows that field, without moving the page around it or taking the focus. */
  const show = (frame) => {
    const field = frame.contentDocument?.getElementById(frame.dataset.at)?.closest(".field");
    if (field) frame.contentWindow.scrollTo(0, field.getBoundingClientRect().top - 24);
  };

  const begin = () => {
    for (const part of all("[data-script]")) part.hidden = false;
    for (const part of all("[data-no-script-here]")) part.hidden = true;
    const moved = document.querySelector("[data-moved]");
    if (moved && location.hash) (moved.querySelector("[data-handle]") || moved).focus();
  };
  for (const frame of all("iframe[data-at]")) { frame.addEventListener("load", () => show(frame)); show(frame); }
  begin();
})();
