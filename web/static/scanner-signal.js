// Sound and vibration for a verdict: high and short for yes, low and twice for no, for people who look at the line of
// people and not at the screen.

/** @type {AudioContext | null} */
let audio = null;

/** Browsers let a page sound only after somebody touched it. */
function wake() {
  if (!audio && "AudioContext" in globalThis) audio = new AudioContext();
  void audio?.resume().catch(() => {});
}
addEventListener("pointerdown", wake);
addEventListener("keydown", wake);

/** @param {number} pitch Hz @param {number} after seconds @param {number} length seconds */
function tone(pitch, after, length) {
  if (!audio || audio.state !== "running") return;
  const [oscillator, gain, start] = [audio.createOscillator(), audio.createGain(), audio.currentTime + after];
  oscillator.frequency.value = pitch;
  gain.gain.setValueAtTime(0.25, start);
  gain.gain.exponentialRampToValueAtTime(0.001, start + length);
  oscillator.connect(gain).connect(audio.destination);
  oscillator.start(start);
  oscillator.stop(start + length);
}

/** @param {boolean} accepted @param {{sound: boolean, vibration: boolean}} wanted */
export function signal(accepted, { sound, vibration }) {
  if (vibration) navigator.vibrate?.(accepted ? 80 : [160, 90, 160]);
  if (!sound) return;
  if (accepted) tone(1320, 0, 0.18);
  else [0, 0.28].forEach((after) => tone(330, after, 0.22));
}
