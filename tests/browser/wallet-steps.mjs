// What a person does in the wallet, step by step.

/** A page of a phone, with a clock that the test may put forward and a list of what moved by itself. */
export async function openPage(context, address) {
  const page = context.pages()[0] ?? await context.newPage();
  await page.addInitScript(() => {
    globalThis.shifts = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const moved = entry.sources.map(({ node }) => `${node?.nodeName} ${node?.className ?? ''}`).join(', ');
        if (!entry.hadRecentInput) globalThis.shifts.push(`${entry.value.toFixed(4)} (${moved})`);
      }
    }).observe({ type: 'layout-shift', buffered: true });
    const real = Date.now.bind(Date);
    globalThis.ahead = Number(sessionStorage.getItem('test-ahead') ?? 0);
    Date.now = () => real() + globalThis.ahead;
  });
  await page.goto(address);
  // The page has loaded before its script has read what is kept here and made the first screen.
  await page.locator('#app h1').first().waitFor();
  return page;
}

export const press = (page, words) => page.getByRole('button', { name: words }).first().click();

export async function typePin(page, pin) {
  await page.locator('.key:enabled').first().waitFor();
  await page.keyboard.type(pin);
}

/** From the PIN to the wallet's first screen. */
export async function choosePinAndFetch(page, pin) {
  await typePin(page, pin);
  await page.getByText('Ketik sekali lagi').waitFor();
  await typePin(page, pin);
  await page.locator('.label-preview').waitFor();
  await press(page, /Selesai/);
  await page.locator('.doc').first().waitFor();
}

/** Chooses a purpose and shows it. */
export async function showPurpose(page, purpose) {
  await press(page, /^Tunjukkan$/);
  await page.locator('.purpose', { hasText: purpose }).click();
  await page.locator('.sees').waitFor();
  await press(page, /Tampilkan QR/);
}

/** Opens the wallet of the n-th person. */
export async function unlock(page, pin, who = 0) {
  await page.locator('.keys, .people').first().waitFor();
  if (await page.locator('.people').count()) await page.locator('.person').nth(who).click();
  await typePin(page, pin);
  await page.locator('.doc').first().waitFor();
}

/** The page goes to the background, and that much time passes there. */
export async function hide(page, milliseconds) {
  await page.evaluate((ms) => {
    Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
    globalThis.ahead += ms;
  }, milliseconds);
}

export async function unhide(page) {
  await page.evaluate(() => {
    delete document.visibilityState;
    document.dispatchEvent(new Event('visibilitychange'));
  });
}
