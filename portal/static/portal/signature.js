/* A signature on the screen: strokes drawn in a canvas are kept as points in a hidden field. Without script the receiver signs on paper. */
(() => {
  "use strict";
  for (const canvas of document.querySelectorAll("canvas[data-signature]")) {
    const field = document.getElementById(canvas.dataset.signature), pen = canvas.getContext("2d");
    const clear = canvas.parentElement.querySelector("[data-signature-clear]");
    let strokes = [], drawing = false;
    const point = (event) => {
      const box = canvas.getBoundingClientRect();
      const x = Math.round((event.clientX - box.left) * canvas.width / box.width), y = Math.round((event.clientY - box.top) * canvas.height / box.height);
      return [Math.min(Math.max(x, 0), canvas.width), Math.min(Math.max(y, 0), canvas.height)];
    };
    const keep = () => { field.value = strokes.length ? JSON.stringify(strokes) : ""; };
    const draw = () => {
      pen.clearRect(0, 0, canvas.width, canvas.height);
      pen.lineWidth = 3; pen.lineCap = "round";
      for (const stroke of strokes) { pen.beginPath(); stroke.forEach(([x, y], at) => (at ? pen.lineTo(x, y) : pen.moveTo(x, y))); pen.stroke(); }
    };
    canvas.addEventListener("pointerdown", (event) => { drawing = true; canvas.setPointerCapture(event.pointerId); strokes.push([point(event)]); event.preventDefault(); });
    canvas.addEventListener("pointermove", (event) => { if (drawing) { strokes[strokes.length - 1].push(point(event)); draw(); } });
    for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => { drawing = false; keep(); });
    if (clear) clear.addEventListener("click", () => { strokes = []; draw(); keep(); });
    try { strokes = JSON.parse(field.value || "[]") || []; draw(); } catch { strokes = []; }
  }
})();
