/* Pages of a form: drafts that save themselves and survive a lost network, addresses found by a few words, amounts in
   words. Everything is delegated from the document; every page works without this file. */
"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const STORE = "motcua:draft:";
  const DAY = 864e5;
  const now = () => new Date().getTime();

  /* ---- drafts: <form data-autosave="address">, words in [data-saved] of that form ---- */
  const WAIT = 1500;
  const AGAIN = 8000;
  const states = new WeakMap();
  const state = (form) => states.get(form) || states.set(form, { timer: 0, dirty: false, busy: null, halted: false }).get(form);
  const words = (form) => form.querySelector("[data-saved]");
  const say = (form, text, bad = false) => {
    const at = words(form);
    if (!at) return;
    at.toggleAttribute("data-bad", bad);
    if (at.textContent !== text) at.textContent = text;
  };
  const key = (form) => STORE + form.dataset.autosave;

  const typed = (form) => [...new FormData(form)].filter(([name, value]) => !(value instanceof File) && name !== "csrfmiddlewaretoken");
  /* What could not be saved stays on this machine for a day; what was sent only in this tab, until the next page is there. */
  const stores = () => { try { return [localStorage, sessionStorage]; } catch { return []; } };
  const put = (form, at = 0) => { try { stores()[at].setItem(key(form), JSON.stringify({ at: now(), typed: typed(form) })); } catch { /* full or forbidden: the page itself still holds it */ } };
  const read = (store, name) => { try { return JSON.parse(store.getItem(name)); } catch { return null; } };
  const drop = (form) => stores().forEach((store) => store.removeItem(key(form)));
  const forget = (which) => {
    for (const store of stores()) for (const name of Object.keys(store)) if (name.startsWith(STORE) && which(store, name)) store.removeItem(name);
  };

  const save = (form) => {
    const its = state(form);
    clearTimeout(its.timer);
    if (its.halted || its.busy) return its.busy || Promise.resolve();
    its.dirty = false;
    const body = new FormData(form);
    for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
    its.busy = fetch(form.dataset.autosave, { method: "POST", body, headers: { "X-Requested-With": "fetch" } })
      .then((answer) => { if (!answer.ok || answer.redirected) throw new Error(String(answer.status)); return answer.json(); })
      .then((told) => kept(form, told), () => failed(form))
      .finally(() => { its.busy = null; });
    return its.busy;
  };

  const kept = (form, told) => {
    if (told.elsewhere.length) {
      state(form).halted = true;
      say(form, words(form).dataset.elsewhere.replace("{labels}", told.elsewhere.join("; ")));
      return;
    }
    if (form.elements.seen) form.elements.seen.value = told.seen;
    if (state(form).dirty) saveSoon(form); else drop(form);
    say(form, words(form).dataset.saved.replace("{time}", told.saved));
  };

  const failed = (form) => {
    state(form).dirty = true;
    put(form);
    say(form, words(form).dataset.failed, true);
    state(form).timer = setTimeout(() => save(form), AGAIN);
  };

  const saveSoon = (form) => {
    const its = state(form);
    its.dirty = true;
    clearTimeout(its.timer);
    its.timer = setTimeout(() => save(form), WAIT);
  };

  /* What was typed and did not arrive comes back, into boxes as they are now. */
  const restore = (form) => {
    const left = stores().map((store) => read(store, key(form))).find((one) => one && now() - one.at < DAY);
    const here = JSON.stringify(typed(form).filter(([name]) => name !== "seen"));
    drop(form);
    if (!left || JSON.stringify(left.typed.filter(([name]) => name !== "seen")) === here) return;
    const told = new Map();
    for (const [name, value] of left.typed) told.set(name, [...(told.get(name) || []), value]);
    for (const box of form.elements) {
      if (!box.name || ["hidden", "file", "submit"].includes(box.type)) continue;
      const values = told.get(box.name) || [];
      if (box.type === "radio" || box.type === "checkbox") box.checked = values.includes(box.value);
      else if (values.length) box.value = values[0];
    }
    say(form, words(form).dataset.restored);
    form.dispatchEvent(new Event("change", { bubbles: true }));
    saveSoon(form);
  };

  addEventListener("online", () => all("form[data-autosave]").forEach((form) => { if (state(form).dirty) save(form); }));
  addEventListener("beforeunload", (event) => {
    if (all("form[data-autosave]").some((form) => !form.dataset.sent && (state(form).dirty || state(form).busy))) event.preventDefault();
  });
  /* A page that is sent while it is being saved waits for that, so that it knows what was kept last. */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.dataset.autosave) return;
    const its = state(form);
    clearTimeout(its.timer);
    /* Without a network the browser would leave for a page of its own. */
    if (!navigator.onLine) { event.preventDefault(); event.stopImmediatePropagation(); failed(form); return; }
    if (!its.busy) { its.dirty = false; drop(form); put(form, 1); return; }
    event.preventDefault();
    event.stopImmediatePropagation();
    its.busy.finally(() => form.requestSubmit(event.submitter));
  }, true);

  /* ---- amounts in words: as money_words.py says them ---- */
  const DIGITS = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"];
  const ones = (tens, one) => (tens > 1 && one === 1 ? "mốt" : tens > 1 && one === 4 ? "tư" : tens && one === 5 ? "lăm" : DIGITS[one]);
  const group = (n, full) => {
    const [hundreds, tens, one] = [Math.floor(n / 100), Math.floor(n / 10) % 10, n % 10];
    const told = hundreds || full ? [DIGITS[hundreds], "trăm"] : [];
    if (tens > 1) told.push(DIGITS[tens], "mươi");
    else if (tens === 1) told.push("mười");
    else if (one && told.length) told.push("lẻ");
    return one ? [...told, ones(tens, one)] : told;
  };
  const spoken = (n) => {
    if (!n) return [DIGITS[0]];
    const [billions, rest] = [Math.floor(n / 1e9), n % 1e9];
    const told = billions ? [...spoken(billions), "tỷ"] : [];
    for (const [scale, name] of [[1e6, "triệu"], [1e3, "nghìn"], [1, ""]]) {
      const part = Math.floor(rest / scale) % 1000;
      if (part) told.push(...group(part, told.length > 0), ...(name ? [name] : []));
    }
    return told;
  };
  const inWords = (box) => {
    const at = document.querySelector(`[data-words-for="${box.id}"]`);
    if (!at) return;
    const plain = box.value.replace(/\s*(đồng|vnđ|vnd|đ|₫)\s*$/i, "").replace(/[.,\s]/g, "");
    const good = /^\d{1,15}$/.test(plain);
    at.hidden = !good;
    if (!good) return;
    const said = spoken(Number(plain)).join(" ");
    at.querySelector("span").textContent = `${said[0].toUpperCase()}${said.slice(1)} đồng`;
  };

  /* ---- addresses: a list of places below the box, to be chosen with the arrow keys or by touch ---- */
  let asked = 0;
  const find = async (box) => {
    const place = box.closest("[data-place-search]");
    const mine = ++asked;
    if (box.value.trim().length < 2) { offer(place, []); return; }
    const near = box.form.elements[box.name.replace(/-find$/, "-province")]?.value || "";
    try {
      const answer = await fetch(`${place.dataset.url}?q=${encodeURIComponent(box.value.trim().slice(0, 80))}&near=${near}`);
      if (mine === asked && answer.ok) offer(place, await answer.json(), true);
    } catch { /* the button asks the server in the ordinary way */ }
  };
  const offer = (place, found, told = false) => {
    let list = place.querySelector(".places");
    if (!list) {
      list = Object.assign(document.createElement("ul"), { className: "places plain" });
      place.querySelector(".row").after(list);
    }
    list.replaceChildren(...found.map(([code, province, name, was]) => {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "place" });
      button.append(name);
      if (was) button.append(Object.assign(document.createElement("span"), { className: "hint", textContent: place.dataset.was.replace("%(name)s", was) }));
      Object.assign(button.dataset, { code, province, name });
      const item = document.createElement("li");
      item.append(button);
      return item;
    }));
    const live = document.getElementById("live");
    if (live && told) live.textContent = found.length ? found.map((one) => one[2]).join("; ") : place.dataset.none;
  };
  const choose = (button) => {
    const place = button.closest("[data-place-search]");
    const box = place.querySelector("input");
    const of = (part) => box.form.elements[box.name.replace(/-find$/, `-${part}`)];
    const { code, province, name } = button.dataset;
    of("province").value = province;
    const list = of("commune");
    const pick = () => { list.value = code; };
    if (![...list.options].some((option) => option.value === code)) list.append(new Option(name.split(",")[0], code));
    pick();
    document.addEventListener("communes:listed", pick, { once: true });
    of("province").dispatchEvent(new Event("change", { bubbles: true }));
    box.value = name;
    offer(place, []);
    of("street").focus();
  };
  document.addEventListener("click", (event) => { const button = event.target.closest(".place"); if (button) choose(button); });
  document.addEventListener("keydown", (event) => {
    const place = event.target.closest?.("[data-place-search]");
    if (!place) return;
    const stops = [place.querySelector("input"), ...all(".place", place)];
    const at = stops.indexOf(event.target);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && stops[at + step]) { event.preventDefault(); stops[at + step].focus(); }
    if (event.key === "Enter" && at === 0 && stops.length > 1) { event.preventDefault(); choose(stops[1]); }
    if (event.key === "Escape") offer(place, []);
  });

  /* Adding, copying and looking up go by the form's own buttons; leaving the page by them loses nothing. */
  let typing = 0;
  document.addEventListener("input", (event) => {
    const box = event.target;
    if (box.closest?.("[data-place-search]")) { clearTimeout(typing); typing = setTimeout(() => find(box), 180); return; }
    if (box.dataset.money !== undefined) inWords(box);
    if (box.form?.dataset.autosave) saveSoon(box.form);
  });
  document.addEventListener("change", (event) => {
    const form = event.target.form || (event.target.matches?.("form") ? event.target : null);
    if (form?.dataset.autosave && event.target.type !== "file" && !event.target.closest("[data-place-search]")) saveSoon(form);
  });

  const begin = () => {
    const forms = all("form[data-autosave]");
    const gone = document.querySelector("[data-forget]");
    forget((store, name) => gone || now() - (read(store, name)?.at || 0) >= DAY || (store === stores()[1] && !forms.some((form) => key(form) === name)));
    for (const form of forms) document.querySelector("[data-focus]") ? drop(form) : restore(form);
    all("[data-money]").forEach(inWords);
  };
  document.addEventListener("page:shown", begin);
  begin();
})();
