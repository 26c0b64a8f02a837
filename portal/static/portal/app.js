/* Progressive enhancement only: every page works without this file. Everything is delegated from the document,
   so that a body that was swapped in after an upload needs no second start. */
"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const byId = (id) => document.getElementById(id);
  const say = (words) => { const live = byId("live"); if (live) live.textContent = words; };

  /* ---- conditions and sums, in the language of the procedure's definition; the server decides in the end ---- */
  const number = (text) => {
    if (typeof text === "number") return text;
    if (Array.isArray(text)) return text.length;
    const n = parseInt(String(text ?? "").replace(/[^\d-]/g, ""), 10);
    return Number.isNaN(n) ? null : n;
  };
  const decimal = (text) => {
    const plain = /\.\d{1,6}$/.test(text) && !text.includes(",") && !/^\d{1,3}(\.\d{3})+$/.test(text) ? text : text.replace(/[.\s]/g, "").replace(",", ".");
    return plain.trim() === "" || Number.isNaN(Number(plain)) ? null : Number(plain);
  };
  const READ = { decimal, number, money: number };

  const boxes = (form, name) => [...form.elements].filter((box) => box.name === name);

  const plainAnswer = (form, name) => {
    const found = boxes(form, name);
    const box = found.find((one) => one.checked) || found[0];
    if (!box) return undefined;
    const kind = box.closest(".field")?.dataset.kind;
    if (box.type === "file") return (box.files.length + all(".files li", box.closest(".field")).length) || null;
    if (kind === "multi_choice") { const ticked = found.filter((one) => one.checked).map((one) => one.value); return ticked.length ? ticked : null; }
    if (box.type === "checkbox") return box.checked || null;
    const value = box.type !== "radio" || box.checked ? box.value.trim() : "";
    if (READ[kind]) return READ[kind](value);
    return box.type === "radio" ? ({ yes: true, no: false, "": null }[value] ?? value) : value || null;
  };

  /* As far as it is known: a year, a month of it, a day. */
  const date = (form, name) => {
    const [year, month, day] = ["year", "month", "day"].map((part) => plainAnswer(form, `${name}-${part}`));
    if (year === undefined) return undefined;
    if (!year || (day && !month)) return null;
    return [year, month, day].filter(Boolean).map((part) => part.padStart(2, "0")).join("-");
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
    if (output?.matches("output")) return output.dataset.gives === "text" ? output.textContent : number(output.textContent);
    return rows(form, key).length || null;
  };
  const rows = (form, key) => all("[data-row]", form).filter((one) => one.dataset.row.startsWith(`${key}-`));

  const is = (a, b) => (Array.isArray(a) ? a.includes(b) : a === b);
  const compare = { is, is_not: (a, b) => !is(a, b), in: (a, b) => b.some((one) => is(a, one)), gt: (a, b) => a > b, gte: (a, b) => a >= b, lt: (a, b) => a < b, lte: (a, b) => a <= b };

  /* As on the server: what is unanswered satisfies only {"filled": false}. */
  const holds = (element, rule) => {
    if (typeof rule === "boolean") return rule;
    if (rule.all) return rule.all.every((inner) => holds(element, inner));
    if (rule.any) return rule.any.some((inner) => holds(element, inner));
    if (rule.not) return !holds(element, rule.not);
    const group = rule.any_row || rule.every_row;
    if (group) {
      const told = rows(element.closest("form"), group).map((row) => holds(row.firstElementChild, rule.where));
      return rule.any_row ? told.includes(true) : told.length > 0 && !told.includes(false);
    }
    const found = rule.field ? answer(element, rule.field) : sum(element, rule.value);
    return Object.entries(rule).every(([how, wanted]) => {
      if (how === "field" || how === "value") return true;
      if (how === "filled") return (found !== null) === wanted;
      const other = rule.field ? wanted : sum(element, wanted);
      if (found === null || other === null) return false;
      return compare[how](typeof other === "number" && !how.startsWith("is") ? number(found) : found, other);
    });
  };

  const ROUND = { up: Math.ceil, down: Math.floor, half: (n) => Math.floor(n + 0.5) };
  const ends = (told) => { const [y, m = 12, d] = String(told).split("-").map(Number); return [y, m, d || new Date(y, m, 0).getDate()]; };
  const day = (element, told) => (told && typeof told === "object" ? answer(element, told.field) : told);
  const days = (from, to) => (Date.parse(to) - Date.parse(from)) / 864e5;
  const age = (born, on) => {
    if (!born || !on) return null;
    const [a, b] = [ends(born), ends(on)];
    return b[0] - a[0] - (b[1] < a[1] || (b[1] === a[1] && b[2] < a[2]) ? 1 : 0);
  };
  const tally = (element, rule) => {
    const [group, column] = (rule.sum || rule.count).split(".");
    const every = rows(element.closest("form"), group);
    const counting = every.filter((row) => holds(row.firstElementChild, rule.where));
    if (!every.length || !column) return every.length ? counting.length : null;
    const values = counting.map((row) => answer(row.firstElementChild, column));
    return values.includes(null) ? null : values.reduce((a, b) => a + number(b), 0);
  };

  const sum = (element, rule) => {
    if (typeof rule === "number" || rule === null) return rule;
    if (rule.field) { const found = answer(element, rule.field); return found === null ? null : number(found); }
    if ("if" in rule) return sum(element, holds(element, rule.if) ? rule.then : rule.else);
    if (rule.sum || rule.count) return tally(element, rule);
    if ("age" in rule) return age(day(element, rule.age), day(element, rule.on));
    if (rule.days) { const found = days(...rule.days.map((one) => day(element, one))); return Number.isNaN(found) ? null : found; }
    const [how, parts] = Object.entries(rule)[0];
    const values = parts.map((part) => sum(element, part));
    if (values.includes(null)) return null;
    if (how === "divide") return values[1] ? ROUND[rule.round](values[0] / values[1]) : null;
    return how === "min" || how === "max" ? Math[how](...values) : values.reduce({ add: (a, b) => a + b, subtract: (a, b) => a - b, multiply: (a, b) => a * b }[how]);
  };

  const worked = (output) => {
    const { formula, joined, later, gives, unit } = output.dataset;
    if (joined) {
      const parts = JSON.parse(joined).map((part) => [part.field ? String(answer(output, part.field) ?? "") : part, Boolean(part.field)]);
      return parts.some(([said, asked]) => asked && said) ? parts.map(([said]) => said).join("").replace(/\s+/g, " ").trim() : "–";
    }
    if (later) {
      const rule = JSON.parse(later);
      const [from, more] = [day(output, rule.date), sum(output, rule.days)];
      const at = from && more !== null && new Date(Date.parse(from) + more * 864e5);
      return at && !Number.isNaN(at.getTime()) && from.length === 10 ? at.toISOString().slice(0, 10).split("-").reverse().join("/") : "–";
    }
    const found = sum(output, JSON.parse(formula));
    const said = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: gives === "decimal" ? 6 : 0 }).format(found);
    return found === null ? "–" : [said, gives === "money" ? output.dataset.money || "đồng" : unit].filter(Boolean).join(" ");
  };

  const arrange = () => {
    for (const output of all("output[data-formula],output[data-joined],output[data-later]")) output.textContent = worked(output);
    for (const part of all("[data-when]")) if (part.closest("form")) part.hidden = !holds(part, JSON.parse(part.dataset.when));
  };

  const count = (box) => {
    const words = document.querySelector(`[data-count-for="${box.id}"]`);
    if (!words) return;
    const left = Number(box.dataset.count) - [...box.value].length;
    words.textContent = (left < 0 ? words.dataset.over : words.dataset.left).replace("{n}", Math.abs(left));
    words.classList.toggle("count-over", left < 0);
  };

  const communes = async (province) => {
    const list = byId(province.dataset.communes), asked = province.value;
    try {
      const answer = await fetch(`${province.dataset.url}?province=${encodeURIComponent(asked)}`);
      const found = asked && answer.ok ? await answer.json() : [];
      /* A late answer: to another province it says nothing, and what was chosen meanwhile stays. */
      if (province.value !== asked) return;
      const chosen = list.value;
      list.replaceChildren(list.options[0], ...found.map(([code, name]) => new Option(name, code)));
      if (found.some(([code]) => code === chosen)) list.value = chosen;
      document.dispatchEvent(new Event("communes:listed"));
    } catch { all("[data-no-script]", province.form).forEach((button) => { button.hidden = false; }); }
  };

  /* ---- sending: once, and with progress where files go along ---- */
  const begin = () => {
    for (const button of all("[data-no-script]")) button.hidden = Boolean(button.closest(".row")?.querySelector("[data-url]"));
    all("[data-count]").forEach(count);
    arrange();
    document.dispatchEvent(new Event("page:shown"));
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
    button?.setAttribute("aria-disabled", "true");
    if (all("input[type=file]", form).some((box) => box.files.length)) { event.preventDefault(); upload(form, button); }
  });

  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const form of all("form[data-sent]")) delete form.dataset.sent;
    for (const button of all("button[aria-disabled]")) button.removeAttribute("aria-disabled");
  });
  addEventListener("popstate", () => location.reload());

  let waiting = 0;
  const soon = (act) => { cancelAnimationFrame(waiting); waiting = requestAnimationFrame(act); };
  const changed = (event) => {
    const box = event.target;
    if (box.dataset.count) count(box);
    if (box.form && (event.type === "change" || box.form.querySelector("output"))) soon(arrange);
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
