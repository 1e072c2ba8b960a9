// How long something still counts: `<span data-until="epoch seconds" data-over="words">`. Without this script the page
// says until when.

/** @param {HTMLElement} place */
function count(place) {
  const until = Number(place.dataset.until) * 1000;
  const tick = () => {
    const left = Math.ceil((until - Date.now()) / 1000);
    if (left <= 0) {
      place.textContent = `(${place.dataset.over ?? ""})`;
      return;
    }
    place.textContent = `(${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")})`;
    setTimeout(tick, 1000);
  };
  tick();
}

/** @type {NodeListOf<HTMLElement>} */
const places = document.querySelectorAll("[data-until]");
places.forEach(count);
