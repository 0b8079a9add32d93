// White strokes on a clear canvas, by pointer or by keys; as a mask they are white on black, exactly as large as the picture.

const STEP_BY_KEY = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * `brush` is the width of a stroke in hundredths of the picture's shorter side: an input of type range. `tip` is an element
 * over the canvas that shows where keys would paint.
 */
export function makePainter(canvas, brush, tip) {
  const strokes = canvas.getContext("2d");
  let from = null; // Where the stroke being drawn has come to.
  let keys = null; // Where keys paint: the middle, until they are used.

  const width = () => (Number(brush.value) / 100) * Math.min(canvas.width, canvas.height);

  function draw(to) {
    const start = from ?? { x: to.x - 0.01, y: to.y }; // A line without any length would leave nothing.
    Object.assign(strokes, { lineWidth: width(), lineCap: "round", strokeStyle: "white" });
    strokes.beginPath();
    strokes.moveTo(start.x, start.y);
    strokes.lineTo(to.x, to.y);
    strokes.stroke();
    from = to;
  }

  function at({ offsetX, offsetY }) {
    return { x: (offsetX * canvas.width) / canvas.clientWidth, y: (offsetY * canvas.height) / canvas.clientHeight };
  }

  function moveByKey(step) {
    const [right, down] = step;
    const within = (value, most) => Math.min(Math.max(value, 0), most);
    keys = {
      x: within(keys.x + (right * width()) / 2, canvas.width),
      y: within(keys.y + (down * width()) / 2, canvas.height),
    };
    showTip();
  }

  function showTip() {
    const parts = { left: keys.x / canvas.width, top: keys.y / canvas.height, width: width() / canvas.width };
    for (const [side, part] of Object.entries(parts)) tip.style[side] = `${part * 100}%`;
  }

  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    draw(at(event));
  });
  canvas.addEventListener("pointermove", (event) => from && draw(at(event)));
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => (from = null));

  brush.addEventListener("input", showTip);
  canvas.addEventListener("keydown", (event) => {
    const step = STEP_BY_KEY[event.key];
    if (!step && event.key !== " ") return;
    event.preventDefault();
    from = step && keys;
    if (step) moveByKey(step);
    if (!step || event.shiftKey) draw(keys);
    from = null;
  });

  return {
    clear(size = canvas) {
      Object.assign(canvas, { width: size.width, height: size.height }); // To set a size empties a canvas.
      keys = { x: canvas.width / 2, y: canvas.height / 2 };
      showTip();
    },
    /** A PNG. Nothing of the picture itself is in it. */
    mask() {
      const whole = new OffscreenCanvas(canvas.width, canvas.height);
      const paper = whole.getContext("2d");
      paper.fillRect(0, 0, whole.width, whole.height); // Black, unless told otherwise.
      paper.drawImage(canvas, 0, 0);
      return whole.convertToBlob({ type: "image/png" });
    },
  };
}
