/* Progressive enhancement only: every page works without this file. Everything is delegated from the document,
   so that a body that was swapped in after an upload needs no second start. */
"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const byId = (id) => document.getElementById(id);
  const say = (words) => { const live = byId("live"); if (live) live.textContent = words; };

  /* ---- conditions and sums, in the language of the procedure's definition ---- */
  const number = (text) => { const n = parseInt(String(text ?? "").replace(/[^\d-]/g, ""), 10); return Number.isNaN(n) ? null : n; };

  const boxes = (form, name) => all("input,select,textarea", form).filter((box) => box.name === name);

  const plainAnswer = (form, name) => {
    const found = boxes(form, name);
    const box = found.find((one) => one.checked) || found[0];
    if (!box) return undefined;
    if (box.type === "file") return (box.files.length + all(".files li", box.closest(".field")).length) || null;
    if (box.type === "checkbox") return box.checked || null;
    const value = box.type !== "radio" || box.checked ? box.value.trim() : "";
    return box.type === "radio" ? ({ yes: true, no: false, "": null }[value] ?? value) : value || null;
  };

  const date = (form, name) => {
    const parts = ["year", "month", "day"].map((part) => plainAnswer(form, `${name}-${part}`));
    return parts[0] === undefined ? undefined : parts.every(Boolean) ? parts.map((part) => part.padStart(2, "0")).join("-") : null;
  };

  /* In a row of a group a field of that row comes first, then one of the whole form; a group counts by its rows. */
  const answer = (element, key) => {
    const form = element.closest("form");
    const row = element.closest("[data-row]");
    for (const start of row ? [row.dataset.row, ""] : [""]) {
      const name = start + key.replace(".", "-");
      for (const found of [plainAnswer(form, name), date(form, name), plainAnswer(form, `${name}-commune`)]) if (found !== undefined) return found;
    }
    const output = byId(`id_${key}`);
    if (output?.matches("output")) return number(output.textContent);
    return all("[data-row]", form).filter((one) => one.dataset.row.startsWith(`${key}-`)).length || null;
  };

  const compare = { is: (a, b) => a === b, is_not: (a, b) => a !== b, in: (a, b) => b.includes(a), gt: (a, b) => a > b, gte: (a, b) => a >= b, lt: (a, b) => a < b, lte: (a, b) => a <= b };

  /* As on the server: what is unanswered satisfies only {"filled": false}. */
  const holds = (element, rule) => {
    if (rule.all) return rule.all.every((inner) => holds(element, inner));
    if (rule.any) return rule.any.some((inner) => holds(element, inner));
    if (rule.not) return !holds(element, rule.not);
    const found = answer(element, rule.field);
    return Object.entries(rule).every(([how, wanted]) => {
      if (how === "field") return true;
      if (how === "filled") return (found !== null) === wanted;
      return found !== null && compare[how](typeof wanted === "number" ? number(found) : found, wanted);
    });
  };

  const sum = (element, rule) => {
    if (typeof rule === "number") return rule;
    if (rule.field) return number(answer(element, rule.field));
    const [how, parts] = Object.entries(rule)[0];
    const values = parts.map((part) => sum(element, part));
    if (values.includes(null)) return null;
    return how === "min" || how === "max" ? Math[how](...values) : values.reduce({ add: (a, b) => a + b, subtract: (a, b) => a - b, multiply: (a, b) => a * b }[how]);
  };

  const arrange = () => {
    const grouped = new Intl.NumberFormat(document.documentElement.lang);
    for (const output of all("output[data-formula]")) {
      const found = sum(output, JSON.parse(output.dataset.formula));
      output.textContent = found === null ? "–" : grouped.format(found);
    }
    for (const part of all("[data-when]")) if (part.closest("form")) part.hidden = !holds(part, JSON.parse(part.dataset.when));
  };

  const count = (box) => {
    const words = document.querySelector(`[data-count-for="${box.id}"]`);
    if (!words) return;
    const left = Number(box.dataset.count) - [...box.value].length;
    words.textContent = (left < 0 ? words.dataset.over : words.dataset.left).replace("{n}", Math.abs(left));
    words.classList.toggle("count-over", left < 0);
  };

  /* ---- drafts save themselves: <form data-autosave="address">, words in [data-saved] of that form ---- */
  const timers = new WeakMap();
  const save = async (form) => {
    const words = form.querySelector("[data-saved]");
    const body = new FormData(form);
    for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
    let done = false;
    try { done = (await fetch(form.dataset.autosave, { method: "POST", body, headers: { "X-Requested-With": "fetch" } })).ok; } catch { done = false; }
    if (words) words.textContent = done ? words.dataset.saved.replace("{time}", new Date().toTimeString().slice(0, 5)) : words.dataset.failed;
  };
  const saveSoon = (form) => {
    clearTimeout(timers.get(form));
    timers.set(form, setTimeout(() => save(form), 1500));
  };

  const communes = async (province) => {
    const list = byId(province.dataset.communes);
    try {
      const answer = await fetch(`${province.dataset.url}?province=${encodeURIComponent(province.value)}`);
      const found = province.value && answer.ok ? await answer.json() : [];
      list.replaceChildren(list.options[0], ...found.map(([code, name]) => new Option(name, code)));
    } catch { all("[data-no-script]", province.form).forEach((button) => { button.hidden = false; }); }
  };

  /* ---- sending: once, and with progress where files go along ---- */
  const begin = () => {
    for (const button of all("[data-no-script]")) button.hidden = Boolean(button.closest(".row")?.querySelector("[data-url]"));
    all("[data-count]").forEach(count);
    arrange();
    document.querySelector("[data-focus]")?.focus();
  };

  const show = (page, address) => {
    document.title = page.title;
    document.body.replaceWith(page.body);
    if (address !== location.href) history.pushState(null, "", address);
    scrollTo(0, 0);
    begin();
    if (!document.querySelector("[data-focus]")) byId("main")?.focus();
  };

  const upload = (form, button) => {
    const bar = Object.assign(document.createElement("progress"), { max: 1, value: 0 });
    bar.setAttribute("aria-label", form.dataset.sending || document.title);
    (button || form.lastElementChild).after(bar);
    const request = new XMLHttpRequest();
    const failed = () => { bar.remove(); delete form.dataset.sent; form.submit(); };
    request.open("POST", button?.formAction || form.action);
    request.upload.onprogress = (event) => { if (event.lengthComputable) bar.value = event.loaded / event.total; };
    request.onload = () => show(new DOMParser().parseFromString(request.responseText, "text/html"), request.responseURL);
    request.onerror = failed;
    const body = new FormData(form);
    if (button?.name) body.append(button.name, button.value);
    request.send(body);
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    const button = event.submitter;
    if (form.method === "dialog" || form.method === "get") return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    const dialog = button?.dataset.dialog && byId(button.dataset.dialog);
    if (dialog && dialog.returnValue !== "yes") {
      event.preventDefault();
      dialog.showModal();
      dialog.onclose = () => { if (dialog.returnValue === "yes") form.requestSubmit(button); dialog.returnValue = ""; };
      return;
    }
    form.dataset.sent = "yes";
    clearTimeout(timers.get(form));
    button?.setAttribute("aria-disabled", "true");
    if (all("input[type=file]", form).some((box) => box.files.length)) { event.preventDefault(); upload(form, button); }
  });

  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const form of all("form[data-sent]")) delete form.dataset.sent;
    for (const button of all("button[aria-disabled]")) button.removeAttribute("aria-disabled");
  });
  addEventListener("popstate", () => location.reload());

  const changed = (event) => {
    const box = event.target;
    if (box.dataset.count) count(box);
    if (box.form && (event.type === "change" || box.form.querySelector("output[data-formula]"))) arrange();
    if (box.form?.dataset.autosave) saveSoon(box.form);
  };
  document.addEventListener("input", changed);
  document.addEventListener("change", (event) => {
    const box = event.target;
    if (box.dataset.url) communes(box);
    if (box.type === "file" && box.dataset.maxMb) {
      const over = [...box.files].find((file) => file.size > box.dataset.maxMb * 1048576);
      say(over ? `${over.name}: > ${box.dataset.maxMb} MB` : "");
    }
    changed(event);
  });

  /* Menus close on Escape and when one goes elsewhere. */
  const closeMenus = (except) => all("details[data-drop][open]").forEach((menu) => { if (menu !== except) menu.open = false; });
  document.addEventListener("click", (event) => closeMenus(event.target.closest("details[data-drop]")));
  document.addEventListener("focusin", (event) => closeMenus(event.target.closest("details[data-drop]")));
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && event.target.closest("details[data-drop][open]");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
  });

  begin();
})();
