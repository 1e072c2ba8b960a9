// What a person does in the wallet, step by step.

/** A page of a phone, with a clock that the test may put forward and a sum of layout shifts. */
export async function openPage(context, address) {
  const page = context.pages()[0] ?? await context.newPage();
  await page.addInitScript(() => {
    globalThis.shift = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (!entry.hadRecentInput) globalThis.shift += entry.value;
    }).observe({ type: 'layout-shift', buffered: true });
    const real = Date.now.bind(Date);
    globalThis.ahead = Number(sessionStorage.getItem('test-ahead') ?? 0);
    Date.now = () => real() + globalThis.ahead;
  });
  await page.goto(address);
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
