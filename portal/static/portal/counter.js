/* The counter by keyboard: the first empty box is ready to type in, Ctrl+Enter sends the page from anywhere.
   Every page works without this file. */
"use strict";
(() => {
  const page = () => document.querySelector("form[data-counter]");
  const first = () => {
    if (!page() || document.querySelector("[data-focus]")) return;
    const boxes = [...page().querySelectorAll("input.input,select.input,textarea.input,input[type=radio]")];
    const asked = (box) => box.offsetParent && box.type !== "file" && !box.closest("details") && !box.closest(".field")?.querySelector(".optional");
    /* Looking for a place answers nothing by itself: where one is chosen, it is done. */
    const looked = (box) => box.type === "search" && [...box.closest(".field").querySelectorAll("select")].some((one) => one.value);
    const open = (box) => !looked(box) && (box.type === "radio" ? !page().querySelector(`input[name="${CSS.escape(box.name)}"]:checked`) : !box.value);
    const empty = boxes.find((box) => asked(box) && open(box));
    (empty || page().querySelector("button[name=go]:not([tabindex])"))?.focus();
  };
  /* One key presses a button that names it, unless one types or has switched the keys off (staff.js). */
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input,select,textarea") || localStorage.getItem("keys") === "off") return;
    const button = event.key.length === 1 && document.querySelector(`button[data-key="${CSS.escape(event.key)}"]`);
    if (button) { event.preventDefault(); button.click(); }
  });
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key !== "Enter" || !page()) return;
    event.preventDefault();
    page().requestSubmit(page().querySelector("button[name=go]:not([tabindex])"));
  });
  document.addEventListener("page:shown", first);
  first();
})();
