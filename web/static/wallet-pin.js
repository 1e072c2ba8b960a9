// Which six digits will not do as a PIN: what a thief tries first.

/** @param {string} pin six digits @returns {"same" | "row" | "date" | null} what makes it easy to guess */
export function easyPin(pin) {
  const digits = [...pin].map(Number);
  if (new Set(digits).size <= 2) return "same";
  const steps = digits.slice(1).map((digit, n) => (digit - digits[n] + 10) % 10);
  if (new Set(steps).size === 1) return "row";
  // 123123, 112233, 121314 and the like.
  if (pin.slice(0, 3) === pin.slice(3) || /^(\d)\1(\d)\2(\d)\3$/.test(pin)) return "row";
  if (["135790", "246810", "147258", "159753", "102030", "010203"].includes(pin)) return "row";
  const [a, b, c] = [0, 2, 4].map((n) => Number(pin.slice(n, n + 2)));
  return isDate(a, b, c) || isDate(c, b, a) ? "date" : null;
}

/** Day, month and the last two digits of a year somebody alive may be born in or marry in. @param {number} d @param {number} m @param {number} y */
function isDate(d, m, y) {
  const year = y <= new Date().getFullYear() % 100 ? 2000 + y : 1900 + y;
  return year >= 1930 && d >= 1 && m >= 1 && m <= 12 && d <= new Date(year, m, 0).getDate();
}
