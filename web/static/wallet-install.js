// Installing: the service worker that keeps the page for use without a network, and the place on the home screen.

/** @type {any} */
let offered = null;

addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  offered = event;
});
addEventListener("appinstalled", () => { offered = null; });

export const installable = () => offered !== null;

export async function install() {
  await offered?.prompt();
  offered = null;
}

/** The page and its files stay on the phone from now on. */
export function keepOffline() {
  navigator.serviceWorker?.register("/dompet/sw.js", { scope: "/dompet" }).catch(() => {
    // Without it the wallet works while there is a network.
  });
}
